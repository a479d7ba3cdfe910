//! # Fees
//!
//! A fee is ten bits: an 8-bit mantissa $m$ and a 2-bit exponent $x$, worth $m \cdot 100^x$ units.
//!
//! ```text
//! bit   9 8 | 7 6 5 4 3 2 1 0
//!        x  |        m            value = m · 100^x ≤ 255 000 000
//! ```
//!
//! The *code* is signed and posted, not the value: nobody can swap one spelling of a value for another. Some values
//! have several codes ($100 = 100 \cdot 100^0 = 1 \cdot 100^1$, and zero has four). That is harmless, because each
//! code has one value. Amounts are exact; only fees are rounded, to spare ten times as many bits.

use crate::{
    amount::Amount,
    range::{RangeError, bounded_integer},
};

bounded_integer! {
    /// A fee, by its 10-bit code.
    FeeCode(u16) below 1 << 10
}

impl FeeCode {
    /// No fee.
    pub const ZERO: Self = Self(0);

    /// The fee with this code.
    ///
    /// # Errors
    /// `code` is $2^{10}$ or more.
    pub fn new(code: u16) -> Result<Self, RangeError> {
        Self::try_from(u64::from(code))
    }

    /// The mantissa $m$, below 256.
    pub const fn mantissa(self) -> u16 {
        self.0 & 255
    }

    /// The exponent $x$, below 4.
    pub const fn exponent(self) -> u16 {
        self.0 >> 8
    }

    /// The value $m \cdot 100^x$ in units of the sender's token, at most 255 000 000.
    pub fn value(self) -> Amount {
        let units = u64::from(self.mantissa()) * 100u64.pow(u32::from(self.exponent()));
        Amount::new(units).expect("255 · 100^3 is below 2^62")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_value() {
        for exponent in 0..4u16 {
            for mantissa in 0..256u16 {
                let fee = FeeCode::new(exponent << 8 | mantissa).unwrap();
                assert_eq!((fee.mantissa(), fee.exponent()), (mantissa, exponent));
                let scale = [1, 100, 10_000, 1_000_000][usize::from(exponent)];
                assert_eq!(fee.value().get(), u64::from(mantissa) * scale);
            }
        }
        assert!(FeeCode::new(1024).is_err());
        assert_eq!(FeeCode::MAX.value().get(), 255_000_000);
    }
}
