//! # Wires: data once
//!
//! A native type and its twin in a circuit are tied together by one declaration: [`Wires`] says which targets hold the value, in which order, and which field
//! elements the native value puts there. Witness, hash preimage and public inputs all follow that one order.
//!
//! ```text
//! wires! {
//!     /// A slot, opened.
//!     pub struct SlotWires: Slot {
//!         key: DigestWires = |slot| slot.owner.key(),
//!         token: Target = |slot| F::from_canonical_u32(slot.token.get()),
//!         …
//!     }
//! }
//! ```
//!
//! **Not checked here:** allocation constrains nothing. A value is what the hash that it is absorbed by, or the row that it is copied into, makes of it; each
//! gate's table says which.

use anyhow::Result;
use furl_ledger::digest::Digest;
use plonky2::iop::target::Target;
use plonky2::iop::witness::WitnessWrite;

use crate::builder::Builder;
use crate::field::F;

/// The circuit's twin of a native value.
pub trait Wires: Sized {
    /// The native type.
    type Value;

    /// New wires for a value, not yet constrained.
    fn allocate(b: &mut Builder) -> Self;

    /// Appends the targets, in the order of the declaration.
    fn targets(&self, out: &mut Vec<Target>);

    /// Appends the elements of a native value, in the order of [`targets`](Self::targets).
    fn elements(value: &Self::Value, out: &mut Vec<F>);

    /// Puts a native value on the wires.
    ///
    /// # Errors
    /// If a wire already holds another value.
    fn assign(&self, witness: &mut impl WitnessWrite<F>, value: &Self::Value) -> Result<()> {
        let (mut targets, mut elements) = (Vec::new(), Vec::new());
        self.targets(&mut targets);
        Self::elements(value, &mut elements);
        debug_assert_eq!(targets.len(), elements.len(), "one element a target");
        targets.into_iter().zip(elements).try_for_each(|(target, element)| witness.set_target(target, element))
    }

    /// All targets, in order.
    fn to_targets(&self) -> Vec<Target> {
        let mut out = Vec::new();
        self.targets(&mut out);
        out
    }
}

impl Wires for Target {
    type Value = F;

    fn allocate(b: &mut Builder) -> Self {
        b.virtual_target()
    }
    fn targets(&self, out: &mut Vec<Target>) {
        out.push(*self);
    }
    fn elements(value: &F, out: &mut Vec<F>) {
        out.push(*value);
    }
}

impl<W: Wires, const N: usize> Wires for [W; N] {
    type Value = [W::Value; N];

    fn allocate(b: &mut Builder) -> Self {
        core::array::from_fn(|_| W::allocate(b))
    }
    fn targets(&self, out: &mut Vec<Target>) {
        self.iter().for_each(|w| w.targets(out));
    }
    fn elements(value: &Self::Value, out: &mut Vec<F>) {
        value.iter().for_each(|v| W::elements(v, out));
    }
}

/// Declares a struct of wires beside the native type that it mirrors; see the [module documentation](self).
macro_rules! wires {
    ($(#[$meta:meta])* pub struct $name:ident: $value:ty { $($(#[$doc:meta])* $field:ident: $wires:ty = |$v:ident| $native:expr,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name { $($(#[$doc])* pub $field: $wires,)+ }

        impl $crate::wires::Wires for $name {
            type Value = $value;

            fn allocate(b: &mut $crate::builder::Builder) -> Self {
                Self { $($field: <$wires as $crate::wires::Wires>::allocate(b),)+ }
            }
            fn targets(&self, out: &mut Vec<::plonky2::iop::target::Target>) {
                $($crate::wires::Wires::targets(&self.$field, out);)+
            }
            fn elements(value: &$value, out: &mut Vec<$crate::field::F>) {
                $({ let $v = value; <$wires as $crate::wires::Wires>::elements(&$native, out); })+
            }
        }
    };
}
pub(crate) use wires;

wires! {
    /// A digest: four elements.
    pub struct DigestWires: Digest {
        /// The elements, in order.
        elements: [Target; 4] = |digest| digest.0,
    }
}

impl DigestWires {
    /// A constant digest.
    pub fn constant(b: &mut Builder, digest: Digest) -> Self {
        Self { elements: digest.0.map(|e| b.constant(e)) }
    }

    /// The digest held by the four routed wires from `column` of `row`.
    #[must_use]
    pub fn at(row: usize, column: usize) -> Self {
        Self { elements: core::array::from_fn(|i| Target::wire(row, column + i)) }
    }

    /// Constrains two digests to be equal.
    pub fn connect(&self, b: &mut Builder, other: &Self) {
        b.connect_array(self.elements, other.elements);
    }
}
