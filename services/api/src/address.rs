//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr};

/// The address that a caller without a key is counted by.
///
/// `trusted` proxies append to `X-Forwarded-For`, so the client is that many entries from its end; everything before
/// it is what the client claims (P31). A list that is shorter did not come through all of them, and is not believed.
pub(crate) fn client(peer: Option<IpAddr>, forwarded: &str, trusted: u8) -> Option<IpAddr> {
    let entries: Vec<&str> = forwarded.split(',').map(str::trim).collect();
    let named = match usize::from(trusted) {
        0 => None,
        trusted => entries
            .len()
            .checked_sub(trusted)
            .and_then(|index| entries.get(index)),
    };
    named.and_then(|entry| entry.parse().ok()).or(peer).map(network)
}

/// One subscriber has a whole /64 of IPv6: it is counted as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_none() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        other => other.to_canonical(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(forwarded: &str, trusted: u8) -> String {
        client(Some([10, 0, 0, 1].into()), forwarded, trusted)
            .unwrap()
            .to_string()
    }

    /// P31: an entry that the client made up is not taken for its address.
    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        assert_eq!(text("6.6.6.6", 0), "10.0.0.1");
        assert_eq!(text("6.6.6.6, 1.2.3.4", 1), "1.2.3.4");
        assert_eq!(text("6.6.6.6, 1.2.3.4, 172.16.0.9", 2), "1.2.3.4");
        assert_eq!(text("1.2.3.4", 2), "10.0.0.1", "too short");
        assert_eq!(text("nonsense", 1), "10.0.0.1");
        assert_eq!(text("", 1), "10.0.0.1");
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_caller() {
        assert_eq!(text("2001:db8:1:2:aaaa::1", 1), text("2001:db8:1:2:bbbb::2", 1));
        assert_ne!(text("2001:db8:1:2::1", 1), text("2001:db8:1:3::1", 1));
    }
}
