//! Redis for the tests: the one named by `TASKTRACK_TEST_REDIS`, or one of our own on a free port.
#![allow(unreachable_pub, reason = "included as a private module")]

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::{net::TcpStream, time::sleep};

/// A server of our own, which may be killed. Killed for good when dropped.
pub struct Server {
    port: u16,
    child: Option<Child>,
}

impl Server {
    /// Starts `redis-server`. `None` if there is no such program.
    pub async fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { port, child: None };
        server.run().await.then_some(server)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Starts it (again) on its port, empty. False if there is no such program.
    pub async fn run(&mut self) -> bool {
        let started = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else { return false };
        self.child = Some(child);
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return true;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("redis-server does not listen");
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it without closing its connections, like a machine cut off.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A server of our own; without the program the test fails, or is skipped (`None`) where that was allowed.
pub async fn own() -> Option<Server> {
    let server = Server::start().await;
    if server.is_none() {
        skipped();
    }
    server
}

/// The URL of a Redis to share with others, and the server to keep alive if it is our own.
pub async fn any() -> Option<(String, Option<Server>)> {
    if let Ok(url) = std::env::var("TASKTRACK_TEST_REDIS") {
        return Some((url, None));
    }
    let server = own().await?;
    Some((server.url(), Some(server)))
}

fn skipped() {
    let allowed = std::env::var("TASKTRACK_ALLOW_SKIP").is_ok_and(|value| value == "1");
    assert!(
        allowed,
        "there is no redis-server program. Install it (apt-get install redis-server), name a server in \
         TASKTRACK_TEST_REDIS for those tests that do not kill it, or allow skipping with TASKTRACK_ALLOW_SKIP=1"
    );
    eprintln!("\n!!!!!! SKIPPED: no redis-server program; nothing was tested here (TASKTRACK_ALLOW_SKIP=1) !!!!!!\n");
}
