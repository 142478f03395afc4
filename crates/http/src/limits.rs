//! Rate limits: tries to log in, registrations, and requests in general.

use std::net::IpAddr;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use tasktrack_domain::Error;
use tasktrack_domain::gateways::{Limiter, Quota, Taken};

use crate::problem::Problem;

/// All limits. `None` in `general` switches that one off (for measuring).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tries to log in from one address.
    pub login_address: Quota,
    /// Tries to log in as one person from one address.
    pub login_account: Quota,
    /// Registrations from one address.
    pub register: Quota,
    /// Refreshes from one address.
    pub refresh: Quota,
    /// Requests of one person.
    pub general: Option<Quota>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            login_address: Quota { burst: 30, per_second: 0.5 },
            login_account: Quota { burst: 5, per_second: 0.05 },
            register: Quota { burst: 5, per_second: 0.01 },
            refresh: Quota { burst: 60, per_second: 2.0 },
            general: Some(Quota { burst: 600, per_second: 10.0 }),
        }
    }
}

fn place(address: Option<IpAddr>) -> String {
    match address {
        // One household has a /64.
        Some(IpAddr::V6(address)) => {
            let prefix = u128::from(address) >> 64;
            format!("{prefix:x}::/64")
        }
        Some(address) => address.to_string(),
        None => "unknown".to_owned(),
    }
}

async fn take(limiter: &dyn Limiter, key: &str, quota: Quota) -> Result<Taken, Problem> {
    let taken = limiter.take(key, quota).await;
    if taken.allowed { Ok(taken) } else { Err(Error::Limited { retry_after: taken.retry_after }.into()) }
}

/// One try to log in as `email`.
pub async fn log_in(limiter: &dyn Limiter, limits: &Limits, address: Option<IpAddr>, email: &str) -> Result<(), Problem> {
    let place = place(address);
    take(limiter, &format!("login:{place}"), limits.login_address).await?;
    let email: String = email.trim().to_lowercase().chars().take(254).collect();
    take(limiter, &format!("login:{place}:{email}"), limits.login_account).await?;
    Ok(())
}

/// One registration.
pub async fn register(limiter: &dyn Limiter, limits: &Limits, address: Option<IpAddr>) -> Result<(), Problem> {
    take(limiter, &format!("register:{}", place(address)), limits.register).await.map(|_| ())
}

/// One refresh.
pub async fn refresh(limiter: &dyn Limiter, limits: &Limits, address: Option<IpAddr>) -> Result<(), Problem> {
    take(limiter, &format!("refresh:{}", place(address)), limits.refresh).await.map(|_| ())
}

/// What was left, for the headers of the answer.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    quota: Quota,
    taken: Taken,
}

/// One request of a person.
pub async fn general(limiter: &dyn Limiter, limits: &Limits, user: i64) -> Result<Option<Left>, Left> {
    let Some(quota) = limits.general else { return Ok(None) };
    let taken = limiter.take(&format!("user:{user}"), quota).await;
    let left = Left { quota, taken };
    if taken.allowed { Ok(Some(left)) } else { Err(left) }
}

impl Left {
    /// As an error.
    pub fn refused(&self) -> Problem {
        Error::Limited { retry_after: self.taken.retry_after }.into()
    }
    /// `RateLimit` and `RateLimit-Policy`.
    pub fn write(&self, headers: &mut HeaderMap) {
        let window = if self.quota.per_second > 0.0 { (f64::from(self.quota.burst) / self.quota.per_second).ceil() } else { 0.0 };
        let wait = self.taken.retry_after.as_secs_f64().ceil();
        for (name, text) in [
            ("ratelimit-policy", format!("\"general\";q={};w={window}", self.quota.burst)),
            ("ratelimit", format!("\"general\";r={};t={wait}", self.taken.remaining)),
        ] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    #[derive(Default)]
    struct Counting(Mutex<HashMap<String, u32>>);

    #[async_trait::async_trait]
    impl Limiter for Counting {
        async fn take(&self, key: &str, quota: Quota) -> Taken {
            let mut counts = self.0.lock().unwrap();
            let count = counts.entry(key.to_owned()).or_default();
            *count += 1;
            let allowed = *count <= quota.burst;
            Taken { allowed, remaining: quota.burst.saturating_sub(*count), retry_after: Duration::from_secs(u64::from(!allowed) * 20) }
        }
    }

    #[tokio::test]
    async fn log_in_is_limited_by_person_and_by_address() {
        let (limiter, limits) = (Counting::default(), Limits::default());
        let address = Some("192.0.2.1".parse().unwrap());
        for n in 0..30 {
            let email = format!("p{}@example.com", n / 5);
            assert!(log_in(&limiter, &limits, address, &email).await.is_ok(), "{n}");
        }
        assert_eq!(log_in(&limiter, &limits, address, "new@example.com").await.unwrap_err().retry_after(), Some(20));
        let other = Some("192.0.2.2".parse().unwrap());
        for n in 0..6 {
            let email = if n % 2 == 0 { "A@example.com" } else { " a@EXAMPLE.com" };
            assert_eq!(log_in(&limiter, &limits, other, email).await.is_ok(), n < 5, "{n}");
        }
    }

    #[test]
    fn a_household_is_one_place() {
        assert_eq!(place("2001:db8:1:2::5".parse().ok()), place("2001:db8:1:2:ffff::1".parse().ok()));
        assert_ne!(place("2001:db8:1:2::5".parse().ok()), place("2001:db8:1:3::5".parse().ok()));
    }
}
