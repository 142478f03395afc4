//! A broker to test on, and a door to it that can be shut.

use std::path::{Path, PathBuf};
use std::process::Command;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A broker, stopped at the end if this run started it.
pub(crate) struct Broker {
    pub(crate) bootstrap: String,
    /// `advertised/listening`: a second door whose advertised address is where a [`Gate`] listens.
    pub(crate) proxy: String,
    started: Option<PathBuf>,
}

impl Broker {
    /// The named one, or one of our own. A test without a broker fails.
    pub(crate) fn find() -> Self {
        if let Ok(bootstrap) = std::env::var("TASKTRACK_TEST_KAFKA") {
            let proxy = std::env::var("TASKTRACK_TEST_KAFKA_PROXY").expect("TASKTRACK_TEST_KAFKA_PROXY names the second door");
            return Self { bootstrap, proxy, started: None };
        }
        let run = std::env::temp_dir().join(format!("tasktrack-kafka-{}", std::process::id()));
        let script = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/services").join(name);
        if !Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.services/kafka/.stamp").exists() {
            assert!(Command::new(script("fetch.sh")).status().unwrap().success(), "Kafka could not be fetched");
        }
        // Only the broker: what is named is not started.
        let up = Command::new(script("up.sh")).arg(&run).env("DATABASE_URL", "none").env("REDIS_URL", "none").output().unwrap();
        assert!(up.status.success(), "no broker: {}", String::from_utf8_lossy(&up.stderr));
        let env = String::from_utf8(up.stdout).unwrap();
        let value = |name: &str| env.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        Self { bootstrap: value("KAFKA_BOOTSTRAP_SERVERS="), proxy: value("KAFKA_PROXY="), started: Some(run) }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Some(run) = &self.started {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/services/down.sh");
            let _ = Command::new(script).arg(run).status();
            let _ = std::fs::remove_dir_all(run);
        }
    }
}

/// Forwards the advertised door to the broker until it is shut.
pub(crate) struct Gate {
    pub(crate) address: String,
    task: JoinHandle<()>,
}

impl Gate {
    pub(crate) async fn open(broker: &Broker) -> Self {
        let (address, port) = broker.proxy.split_once('/').unwrap();
        let listener = TcpListener::bind(address).await.unwrap();
        // The listening door is given as a port of this machine.
        let target = if port.contains(':') { port.to_owned() } else { format!("127.0.0.1:{port}") };
        let task = tokio::spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let Ok((mut client, _)) = listener.accept().await else { continue };
                let target = target.clone();
                open.spawn(async move {
                    if let Ok(mut broker) = TcpStream::connect(target).await {
                        let _ = copy_bidirectional(&mut client, &mut broker).await;
                    }
                });
            }
        });
        Self { address: address.to_owned(), task }
    }
    /// Cuts every connection; nobody listens any more.
    pub(crate) fn shut(&self) {
        self.task.abort();
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}
