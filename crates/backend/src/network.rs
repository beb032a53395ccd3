//! A network: what connections and requests are counted by in place of an address. Kept in memory alone, and never logged.

use std::net::IpAddr;

/// An IPv4 address without its last byte, an IPv6 address without its last 8 (what one customer gets).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network([u8; 8]);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Network {
        Network(match address.to_canonical() {
            IpAddr::V4(four) => {
                let [a, b, c, _] = four.octets();
                [0, 0, 0, 0, 0, a, b, c]
            }
            IpAddr::V6(six) => six.octets().first_chunk().copied().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_is_one_network() {
        let of = |address: &str| Network::of(address.parse().unwrap());
        assert!(of("2001:db8:1:2::1") == of("2001:db8:1:2:ffff::9"));
        assert!(of("2001:db8:1:2::1") != of("2001:db8:1:3::1"));
        assert!(of("192.0.2.1") == of("::ffff:192.0.2.200"));
        assert!(of("192.0.2.1") != of("192.0.3.1"));
    }
}
