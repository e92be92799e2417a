//! Which addresses of the internet are public: what strangers may have us connect to.
//!
//! In: an IP address. Out: whether it is one that everybody may reach. What is not known to be public is not: the tables
//! are those of the registries for special purposes (RFC 6890 and its successors at IANA).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Wherever somebody of ours says.
    Anywhere,
    /// Public addresses only: for addresses that strangers say.
    Public,
}

impl Reach {
    /// Whether it includes this address.
    #[must_use]
    pub fn includes(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }
}

/// Whether an address is public. One of IPv6 that only wraps one of IPv4 is what that one is.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|block| block.holds(address)),
        IpAddr::V6(address) => match wrapped(address) {
            Some(wrapped) => is_public(wrapped.into()),
            None => UNICAST.holds(address) && !NOT_PUBLIC_V6.iter().any(|block| block.holds(address)),
        },
    }
}

/// The address of IPv4 in one that is mapped (RFC 4291 §2.5.5), translated (RFC 6052) or of 6to4 (RFC 3056).
fn wrapped(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = address.to_bits();
    let at = |shift: u32| Some(Ipv4Addr::from_bits(u32::try_from((bits >> shift) & u128::from(u32::MAX)).ok()?));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => at(0),
        [0x2002, ..] => at(80),
        _ => None,
    }
}

/// A block of addresses.
struct Block<A>(A, u32);

impl Block<Ipv4Addr> {
    fn holds(&self, address: Ipv4Addr) -> bool {
        let differing = (self.0.to_bits() ^ address.to_bits()).leading_zeros();
        differing >= self.1
    }
}

impl Block<Ipv6Addr> {
    fn holds(&self, address: Ipv6Addr) -> bool {
        let differing = (self.0.to_bits() ^ address.to_bits()).leading_zeros();
        differing >= self.1
    }
}

const fn v4(a: u8, b: u8, c: u8, length: u32) -> Block<Ipv4Addr> {
    Block(Ipv4Addr::new(a, b, c, 0), length)
}

const fn v6(a: u16, b: u16, length: u32) -> Block<Ipv6Addr> {
    Block(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

const NOT_PUBLIC_V4: [Block<Ipv4Addr>; 15] = [
    v4(0, 0, 0, 8),       // this network
    v4(10, 0, 0, 8),      // private
    v4(100, 64, 0, 10),   // behind the NAT of a provider
    v4(127, 0, 0, 8),     // loopback
    v4(169, 254, 0, 16),  // link-local, and the metadata of clouds
    v4(172, 16, 0, 12),   // private
    v4(192, 0, 0, 24),    // assignments of the IETF
    v4(192, 0, 2, 24),    // examples
    v4(192, 88, 99, 24),  // relays of 6to4, given up
    v4(192, 168, 0, 16),  // private
    v4(198, 18, 0, 15),   // benchmarks
    v4(198, 51, 100, 24), // examples
    v4(203, 0, 113, 24),  // examples
    v4(224, 0, 0, 4),     // multicast
    v4(240, 0, 0, 4),     // reserved, and broadcast
];

/// All that is assigned of IPv6 for addresses of one host that others reach.
const UNICAST: Block<Ipv6Addr> = v6(0x2000, 0, 3);

const NOT_PUBLIC_V6: [Block<Ipv6Addr>; 3] = [
    v6(0x2001, 0, 23),      // assignments of the IETF: Teredo, benchmarks, ORCHID
    v6(0x2001, 0x0db8, 32), // examples
    v6(0x3fff, 0, 20),      // examples
];

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_all(addresses: &[&str], public: bool) {
        for text in addresses {
            assert_eq!(is_public(text.parse().expect("an address")), public, "{text}");
        }
    }

    #[test]
    fn addresses_that_everybody_reaches_are_public() {
        assert_all(&["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"], true);
        assert_all(&["128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0"], true);
        assert_all(&["192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0"], true);
        assert_all(&["198.51.99.0", "203.0.112.0", "203.0.114.0", "223.255.255.255"], true);
        assert_all(&["2606:4700:4700::1111", "2a00:1450::1", "2001:200::1", "2001:db9::1", "3ffe::1"], true);
    }

    #[test]
    fn addresses_of_special_purpose_are_not() {
        assert_all(&["0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255"], false);
        assert_all(&["127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.0", "172.31.255.255"], false);
        assert_all(&["192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255"], false);
        assert_all(&["198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1"], false);
        assert_all(&["239.255.255.255", "240.0.0.1", "255.255.255.255"], false);
        assert_all(&["::", "::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "100::1"], false);
        assert_all(&["2001:db8::1", "2001:2::1", "2001:10::1", "2001:20::1", "3fff::1", "5f00::1", "4000::1"], false);
    }

    #[test]
    fn an_address_in_another_is_what_it_is() {
        assert_all(
            &["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::1.1.1.1"],
            false,
        );
        assert_all(&["64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1.1.1.1", "2002:7f00:1::1"], false);
        assert_all(&["2002:a9fe:a9fe::1", "2001::1.1.1.1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"], false);
        assert_all(&["::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"], true);
    }

    #[test]
    fn where_one_of_ours_says_anything_goes() {
        let home: IpAddr = "127.0.0.1".parse().unwrap();
        assert!(Reach::Anywhere.includes(home) && !Reach::Public.includes(home));
    }
}
