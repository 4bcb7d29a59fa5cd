//! Addresses and networks.

use std::net::IpAddr;

use super::call::{Call, Function, MANY, text};
use crate::evaluate::terraform::expr::{Fail, Outcome};
use crate::evaluate::terraform::value::Val;

pub(super) const FAMILY: &[Function] = &[
    Function::deep("cidrhost", 2, 2, host),
    Function::deep("cidrnetmask", 1, 1, netmask),
    Function::deep("cidrsubnet", 3, 3, subnet),
    Function::deep("cidrsubnets", 1, MANY, subnets),
];

/// A network: its address as a number, the length of its prefix and of its addresses.
#[derive(Clone, Copy)]
struct Network {
    base: u128,
    prefix: u32,
    bits: u32,
}

fn parse(text: &str) -> Result<Network, Fail> {
    let wrong = || Fail::new(format!("{text:?} is not a network"));
    let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
    let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
    // Terraform has always read octets with leading zeros as decimal.
    let plain: String = if address.contains(':') {
        address.to_owned()
    } else {
        address
            .split('.')
            .map(|octet| match octet.trim_start_matches('0') {
                "" if !octet.is_empty() => "0",
                rest => rest,
            })
            .collect::<Vec<_>>()
            .join(".")
    };
    let (base, bits) = match plain.parse().map_err(|_| wrong())? {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    if prefix > bits {
        return Err(wrong());
    }
    let network = Network { base, prefix, bits };
    Ok(Network {
        base: base & !network.host_mask(),
        ..network
    })
}

impl Network {
    fn host_mask(self) -> u128 {
        let host = self.bits - self.prefix;
        if host >= 128 {
            u128::MAX
        } else {
            (1 << host) - 1
        }
    }

    fn address(self, number: u128) -> String {
        if self.bits == 32 {
            let low = u32::try_from(number & u128::from(u32::MAX)).unwrap_or(0);
            IpAddr::from(low.to_be_bytes()).to_string()
        } else {
            IpAddr::from(number.to_be_bytes()).to_string()
        }
    }

    fn shown(self) -> String {
        format!("{}/{}", self.address(self.base), self.prefix)
    }

    /// The subnet `number` of those that are `newbits` longer.
    fn subnet(self, newbits: u32, number: u128) -> Result<Self, Fail> {
        let prefix = self.prefix.checked_add(newbits).filter(|p| *p <= self.bits);
        let prefix = prefix.ok_or("there are not so many bits left")?;
        if newbits < 128 && number >= 1_u128 << newbits {
            return Err(Fail::new(format!(
                "{number} doesn't fit into {newbits} bits"
            )));
        }
        let shift = self.bits - prefix;
        let offset = if shift >= 128 { 0 } else { number << shift };
        Ok(Self {
            base: self.base | offset,
            prefix,
            bits: self.bits,
        })
    }
}

fn host(call: &Call<'_>) -> Outcome {
    let prefix = call.text(0)?;
    let network = parse(prefix.as_str())?;
    let number = call
        .num(1)?
        .as_i128()
        .ok_or("the host number is not whole")?;
    let mask = network.host_mask();
    let size = mask.checked_add(1);
    let fits = |n: u128| size.is_none_or(|s| n < s);
    let at = if number >= 0 {
        number.unsigned_abs()
    } else {
        // From the end.
        let back = number.unsigned_abs();
        match size {
            Some(size) if back <= size => size - back,
            None => u128::MAX - back + 1,
            Some(_) => return Err(Fail::new("there are not so many hosts")),
        }
    };
    if !fits(at) {
        return Err(Fail::new("there are not so many hosts"));
    }
    text(prefix.replaced_by(network.address(network.base | at)))
}

fn netmask(call: &Call<'_>) -> Outcome {
    let prefix = call.text(0)?;
    let network = parse(prefix.as_str())?;
    if network.bits != 32 {
        return Err(Fail::new("only IPv4 has netmasks"));
    }
    text(prefix.replaced_by(network.address(!network.host_mask())))
}

fn subnet(call: &Call<'_>) -> Outcome {
    let prefix = call.text(0)?;
    let network = parse(prefix.as_str())?;
    let newbits = u32::try_from(call.int(1)?).map_err(|_| "the number of bits is negative")?;
    let number = call.num(2)?.as_i128().and_then(|n| u128::try_from(n).ok());
    let number = number.ok_or("the network number is not a whole positive number")?;
    text(prefix.replaced_by(network.subnet(newbits, number)?.shown()))
}

fn subnets(call: &Call<'_>) -> Outcome {
    let prefix = call.text(0)?;
    let network = parse(prefix.as_str())?;
    let mut out = Vec::new();
    let mut next = Some(network.base);
    let end = network.base | network.host_mask();
    for at in 1..call.len() {
        let newbits = u32::try_from(call.int(at)?).map_err(|_| "the number of bits is negative")?;
        if newbits < 1 {
            return Err(Fail::new("a subnet needs at least one bit more"));
        }
        if newbits > 32 {
            return Err(Fail::new("a subnet may have at most 32 bits more"));
        }
        let length = network.prefix + newbits;
        if length > network.bits {
            return Err(Fail::new("there are not so many bits left"));
        }
        let fresh = Network {
            base: 0,
            prefix: length,
            bits: network.bits,
        };
        let mask = fresh.host_mask();
        let start = next.ok_or("there is no room left")?;
        let start = if start & mask == 0 {
            Some(start)
        } else {
            (start | mask).checked_add(1)
        };
        let start = start.filter(|s| *s <= end).ok_or("there is no room left")?;
        let made = Network {
            base: start,
            ..fresh
        };
        out.push(Val::text(prefix.replaced_by(made.shown())));
        next = (start | mask).checked_add(1);
    }
    Ok(Val::list(out, prefix.origin()))
}
