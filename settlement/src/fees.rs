//! # What gas may cost
//!
//! A node says what gas costs, and a hostile one could say anything: what is signed could be paid.
//! So the caller's [`Limits`] stand above its word, and what goes beyond them is refused by name,
//! before anything is signed.
//!
//! | a node that knows | what is signed offers |
//! |---|---|
//! | a base fee | twice that and the tip, but not more than [`Limits::max_fee`] |
//! | no base fee | its gas price, in a transaction of EIP-155 |
//!
//! Twice the base fee, so that it may double before we are in a block. What is not needed is not
//! paid. The tip is the caller's, or what the node advises, up to [`Limits::max_tip`].

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A gwei, in wei.
pub const GWEI: u128 = 1_000_000_000;
/// Digits after the point.
const DECIMALS: usize = 9;

/// A price of a unit of gas, in wei. As text it is in gwei, with up to nine digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GasPrice(pub u128);

/// Why a text is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum GasPriceError {
    /// Something else than digits and a point.
    #[error("expected gwei as a decimal number, as in 2 or 0.05")]
    Form,
    /// A fraction of a wei.
    #[error("expected at most nine digits after the point, which are wei")]
    Fraction,
    /// More than there is.
    #[error("expected less than 10^18 gwei")]
    Range,
}

impl FromStr for GasPrice {
    type Err = GasPriceError;

    fn from_str(text: &str) -> Result<Self, GasPriceError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || text.ends_with('.') || !is_number(whole) || !is_number(fraction) {
            return Err(GasPriceError::Form);
        }
        if fraction.len() > DECIMALS {
            return Err(GasPriceError::Fraction);
        }
        // A number below 10^18 has no more digits, but for zeros before it.
        let whole = whole.trim_start_matches('0');
        if whole.len() > 18 {
            return Err(GasPriceError::Range);
        }
        let digits = format!("0{whole}{fraction:0<DECIMALS$}");
        Ok(Self(digits.parse().expect("up to 28 digits are below 2^128")))
    }
}

impl fmt::Display for GasPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Fixed(self.0, DECIMALS))
    }
}

/// An amount of wei, shown in ether.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ether(pub u128);

impl fmt::Display for Ether {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Fixed(self.0, 18))
    }
}

/// A number with its point so many digits from the right, and no more zeros than it needs.
struct Fixed(u128, usize);

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, decimals) = *self;
        let digits = format!("{number:0>width$}", width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let fraction = fraction.trim_end_matches('0');
        f.write_str(whole)?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

/// What a transaction offers for a unit of gas, in wei.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// The base fee and the tip, but no more than `max_fee` (EIP-1559).
    Dynamic {
        /// The most, with the tip.
        max_fee: u128,
        /// For who makes the block.
        tip: u128,
    },
    /// This (before EIP-1559).
    Legacy {
        /// All of it.
        gas_price: u128,
    },
}

impl Price {
    /// The most that a unit can cost.
    #[must_use]
    pub const fn most(&self) -> u128 {
        match self {
            Self::Dynamic { max_fee, .. } => *max_fee,
            Self::Legacy { gas_price } => *gas_price,
        }
    }

    /// The tip, where there is one.
    #[must_use]
    pub const fn tip(&self) -> Option<u128> {
        match self {
            Self::Dynamic { tip, .. } => Some(*tip),
            Self::Legacy { .. } => None,
        }
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic { max_fee, tip } => {
                write!(f, "at most {} gwei a gas, {} of them as tip", GasPrice(*max_fee), GasPrice(*tip))
            }
            Self::Legacy { gas_price } => write!(f, "{} gwei a gas", GasPrice(*gas_price)),
        }
    }
}

/// What a node says that gas costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Market {
    /// The base fee of the latest block, and the tip that is advised.
    Dynamic {
        /// The fee.
        base: u128,
        /// The tip.
        tip: u128,
    },
    /// Blocks have no base fee.
    Legacy {
        /// What gas costs.
        gas_price: u128,
    },
}

/// What the caller allows, whatever a node says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The tip, in wei; `None` for what the node advises.
    pub tip: Option<u128>,
    /// The most that a node may advise as tip.
    pub max_tip: u128,
    /// The most that a unit of gas may cost.
    pub max_fee: u128,
    /// The most gas that a transaction may take.
    pub gas: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { tip: None, max_tip: 50 * GWEI, max_fee: 200 * GWEI, gas: 8_000_000 }
    }
}

/// A node asks for more than the caller allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LimitError {
    /// For a unit of gas.
    #[error(
        "the node asks {asked} gwei for a unit of gas, more than the {cap} gwei that are allowed; nothing is signed"
    )]
    Fee {
        /// The least with which the transaction would be taken.
        asked: GasPrice,
        /// What is allowed.
        cap: GasPrice,
    },
    /// For a unit of gas, to replace an earlier transaction.
    #[error(
        "to replace the earlier transaction, a unit of gas takes {asked} gwei, an eighth more than it offers, and \
        that is more than the {cap} gwei that are allowed; nothing is signed"
    )]
    Replacement {
        /// What would be offered.
        asked: GasPrice,
        /// What is allowed.
        cap: GasPrice,
    },
    /// As tip.
    #[error(
        "the node advises a tip of {asked} gwei a gas, more than the {cap} gwei that are allowed; nothing is signed"
    )]
    Tip {
        /// What it advises.
        asked: GasPrice,
        /// What is allowed.
        cap: GasPrice,
    },
    /// In gas.
    #[error("the transaction would take {asked} gas, more than the {cap} that are allowed; nothing is signed")]
    Gas {
        /// What is estimated.
        asked: u64,
        /// What is allowed.
        cap: u64,
    },
}

impl Limits {
    /// What to offer.
    ///
    /// # Errors
    /// If less would not do, and it is not allowed.
    pub fn price(&self, market: Market) -> Result<Price, LimitError> {
        let refuse = |asked| LimitError::Fee { asked: GasPrice(asked), cap: GasPrice(self.max_fee) };
        match market {
            Market::Dynamic { base, tip } => {
                let tip = self.tip(tip)?;
                let least = base.saturating_add(tip);
                let max_fee = least.saturating_add(base).min(self.max_fee);
                if least > max_fee { Err(refuse(least)) } else { Ok(Price::Dynamic { max_fee, tip }) }
            }
            Market::Legacy { gas_price } if gas_price > self.max_fee => Err(refuse(gas_price)),
            Market::Legacy { gas_price } => Ok(Price::Legacy { gas_price }),
        }
    }

    /// What to offer in the place of a transaction that has offered `old`: an eighth more of
    /// everything, which every node takes, and not less than what is offered now.
    ///
    /// # Errors
    /// If that is not allowed.
    pub fn replacement(&self, old: Price, market: Market) -> Result<Price, LimitError> {
        let new = match (old, self.price(market)?) {
            (Price::Dynamic { max_fee, tip }, Price::Dynamic { max_fee: now, tip: tip_now }) => {
                Price::Dynamic { max_fee: more(max_fee).max(now), tip: more(tip).max(tip_now) }
            }
            (Price::Legacy { gas_price }, Price::Legacy { gas_price: now }) => {
                Price::Legacy { gas_price: more(gas_price).max(now) }
            }
            // A price of the old kind is tip and fee in one.
            (Price::Legacy { gas_price }, Price::Dynamic { max_fee, .. }) => {
                let price = more(gas_price);
                Price::Dynamic { max_fee: price.max(max_fee), tip: price }
            }
            (Price::Dynamic { max_fee, .. }, Price::Legacy { gas_price }) => {
                Price::Legacy { gas_price: more(max_fee).max(gas_price) }
            }
        };
        let (asked, cap) = (GasPrice(new.most()), GasPrice(self.max_fee));
        if asked > cap { Err(LimitError::Replacement { asked, cap }) } else { Ok(new) }
    }

    /// The gas that a transaction may take.
    ///
    /// # Errors
    /// If more is estimated than is allowed.
    pub const fn gas(&self, estimate: u64) -> Result<u64, LimitError> {
        if estimate > self.gas { Err(LimitError::Gas { asked: estimate, cap: self.gas }) } else { Ok(estimate) }
    }

    fn tip(&self, advised: u128) -> Result<u128, LimitError> {
        match self.tip {
            Some(tip) => Ok(tip),
            None if advised > self.max_tip => {
                Err(LimitError::Tip { asked: GasPrice(advised), cap: GasPrice(self.max_tip) })
            }
            None => Ok(advised),
        }
    }
}

/// An eighth more, and at least one.
const fn more(price: u128) -> u128 {
    price.saturating_add(price.div_ceil(8)).saturating_add(if price == 0 { 1 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { tip: None, max_tip: 10 * GWEI, max_fee: 100 * GWEI, gas: 1_000 };

    #[test]
    fn prices_are_read_to_the_wei() {
        for (text, wei) in [
            ("0", 0),
            ("1", GWEI),
            ("0.000000001", 1),
            ("1.5", 1_500_000_000),
            ("00020.05", 20_050_000_000),
            ("999999999999999999.999999999", 999_999_999_999_999_999_999_999_999),
        ] {
            assert_eq!(text.parse(), Ok(GasPrice(wei)), "{text}");
        }
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "0x1", " 1", "1.2.3", "one", "٣"] {
            assert_eq!(text.parse::<GasPrice>(), Err(GasPriceError::Form), "{text}");
        }
        assert_eq!("0.0000000001".parse::<GasPrice>(), Err(GasPriceError::Fraction));
        assert_eq!("1000000000000000000".parse::<GasPrice>(), Err(GasPriceError::Range));
        for (wei, text) in [(0, "0"), (1, "0.000000001"), (GWEI, "1"), (1_500_000_000, "1.5"), (20 * GWEI, "20")] {
            assert_eq!(GasPrice(wei).to_string(), text);
        }
        assert_eq!(Ether(30 * GWEI * GWEI / 10).to_string(), "3");
        assert_eq!(Ether(8_000_000 * 200 * GWEI).to_string(), "1.6");
    }

    #[test]
    fn room_for_the_base_fee_to_double_as_far_as_it_is_allowed() {
        let price = |base, tip| LIMITS.price(Market::Dynamic { base: base * GWEI, tip: tip * GWEI });
        let dynamic = |max_fee, tip| Ok(Price::Dynamic { max_fee: max_fee * GWEI, tip: tip * GWEI });
        assert_eq!(price(7, 2), dynamic(16, 2));
        assert_eq!(price(0, 0), dynamic(0, 0));
        assert_eq!(price(60, 2), dynamic(100, 2));
        assert_eq!(price(98, 2), dynamic(100, 2));
        assert_eq!(LIMITS.price(Market::Legacy { gas_price: 100 * GWEI }), Ok(Price::Legacy { gas_price: 100 * GWEI }));
    }

    #[test]
    fn a_node_that_asks_too_much_is_refused() {
        let cap = GasPrice(100 * GWEI);
        let fee = |asked| Err(LimitError::Fee { asked: GasPrice(asked), cap });
        let ether = GWEI * GWEI;
        assert_eq!(LIMITS.price(Market::Dynamic { base: 3 * ether, tip: 0 }), fee(3 * ether));
        assert_eq!(LIMITS.price(Market::Dynamic { base: 99 * GWEI, tip: 1 + GWEI }), fee(100 * GWEI + 1));
        assert_eq!(LIMITS.price(Market::Dynamic { base: u128::MAX, tip: GWEI }), fee(u128::MAX));
        assert_eq!(LIMITS.price(Market::Legacy { gas_price: 3 * ether }), fee(3 * ether));
        let (asked, tip_cap) = (GasPrice(3 * ether), GasPrice(10 * GWEI));
        let advised = Market::Dynamic { base: 1, tip: 3 * ether };
        assert_eq!(LIMITS.price(advised), Err(LimitError::Tip { asked, cap: tip_cap }));
        let words = LIMITS.price(advised).unwrap_err().to_string();
        assert!(words.contains("3000000000 gwei") && words.contains("10 gwei"), "{words}");
        // Whoever names the tip does not hear the node's advice.
        let named = Limits { tip: Some(20 * GWEI), ..LIMITS };
        assert_eq!(named.price(advised), Ok(Price::Dynamic { max_fee: 20 * GWEI + 2, tip: 20 * GWEI }));
        assert_eq!(LIMITS.gas(1_000), Ok(1_000));
        assert_eq!(LIMITS.gas(1_001), Err(LimitError::Gas { asked: 1_001, cap: 1_000 }));
    }

    #[test]
    fn a_replacement_offers_an_eighth_more_of_everything() {
        let dynamic = |max_fee, tip| Price::Dynamic { max_fee, tip };
        let quiet = Market::Dynamic { base: 1, tip: 0 };
        assert_eq!(LIMITS.replacement(dynamic(80, 8), quiet), Ok(dynamic(90, 9)));
        assert_eq!(LIMITS.replacement(dynamic(81, 0), quiet), Ok(dynamic(92, 1)));
        assert_eq!(LIMITS.replacement(dynamic(8, 1), Market::Dynamic { base: 50, tip: 5 }), Ok(dynamic(105, 5)));
        let legacy = |gas_price| Price::Legacy { gas_price };
        assert_eq!(LIMITS.replacement(legacy(80), Market::Legacy { gas_price: 7 }), Ok(legacy(90)));
        assert_eq!(LIMITS.replacement(legacy(80), quiet), Ok(dynamic(90, 90)));
        assert_eq!(LIMITS.replacement(dynamic(80, 8), Market::Legacy { gas_price: 7 }), Ok(legacy(90)));
        let refused = LIMITS.replacement(dynamic(90 * GWEI, 8), quiet).unwrap_err();
        assert!(matches!(refused, LimitError::Replacement { .. }), "{refused}");
    }
}
