//! Where a request comes from. Forwarded headers count only behind proxies that the settings name.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::HttpRequest;

use crate::state::HttpSettings;

/// A network: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl FromStr for Network {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text} is no network like 10.0.0.0/8");
        let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
        let base: IpAddr = base.trim().parse().map_err(|_| bad())?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) => bits.trim().parse().ok().filter(|b| *b <= most).ok_or_else(bad)?,
        };
        Ok(Self { base, bits })
    }
}

impl Network {
    /// Whether `address` is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                u32::from(base) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                u128::from(base) & mask == u128::from(address) & mask
            }
            _ => false,
        }
    }
}

/// The address of whoever asks.
pub fn of(req: &HttpRequest, settings: &HttpSettings) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip().to_canonical();
    let forwarded = req.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok());
    Some(behind(peer, &forwarded.collect::<Vec<_>>(), &settings.trusted_proxies))
}

/// The nearest address that is no trusted proxy: each one adds the address it saw at the end.
fn behind(peer: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer;
    for text in forwarded.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(nearest) {
            break;
        }
        match text.trim().parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_count_behind_trusted_proxies_only() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted: Vec<Network> = vec!["10.0.0.0/8".parse().unwrap()];
        assert_eq!(behind(ip("192.0.2.1"), &["203.0.113.9"], &trusted), ip("192.0.2.1"));
        assert_eq!(behind(ip("10.1.1.1"), &["203.0.113.9"], &trusted), ip("203.0.113.9"));
        assert_eq!(behind(ip("10.1.1.1"), &["1.2.3.4, 203.0.113.9, 10.2.2.2"], &trusted), ip("203.0.113.9"));
        assert_eq!(behind(ip("10.1.1.1"), &["nonsense"], &trusted), ip("10.1.1.1"));
        assert_eq!(behind(ip("10.1.1.1"), &["203.0.113.9"], &[]), ip("10.1.1.1"));
    }

    #[test]
    fn networks() {
        let any: Network = "0.0.0.0/0".parse().unwrap();
        assert!(any.contains("203.0.113.9".parse().unwrap()) && !any.contains("::1".parse().unwrap()));
        let one: Network = "::1".parse().unwrap();
        assert!(one.contains("::1".parse().unwrap()) && !one.contains("::2".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Network>().is_err() && "x".parse::<Network>().is_err());
    }
}
