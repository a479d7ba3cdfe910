//! # Pins
//!
//! A circuit in words. A verifying key commits to a circuit that nobody can read; this module writes down
//! what the key stands for, one fact a line, so that the text can be kept in git and a changed circuit is
//! a changed line that somebody reviews ([`describe`]).
//!
//! The same text gives a key its identity, [`key_digest`]. plonky2's own `circuit_digest` will not do: it
//! covers the constants and the wiring of the rows, and the number of rows, but neither the configuration
//! (a key with one query has the same digest as one with sixty) nor what the gates enforce. So:
//!
//! | part of a key's identity                       | lines                                            |
//! |------------------------------------------------|--------------------------------------------------|
//! | the wiring and the constants of every row      | circuit digest, constants and sigmas cap         |
//! | the profile and every parameter                | profile, config, fri                             |
//! | every further field of the common data         | degree bits … k_is                               |
//! | each gate, with its place in the selectors     | gate: id, degree, sizes, selector                |
//! | the formulas of each gate                      | gate: fingerprint                                |
//!
//! The fingerprint is the hash of a gate's constraints evaluated at one point, with wires, constants and
//! public inputs' hash drawn from a hash over the challenge field. A changed formula has other values there
//! but for a chance of about degree/2^128. It is meant for accidents: whoever may choose a gate's formula can
//! fit it to a known point, and it is for the review of the gate's source to find that.
//!
//! The identity is SHA3-256 of the text. Poseidon, which the proofs rest on, would be the cheaper hash in a
//! circuit, but no circuit reads this one, and an identity should outlive doubts about Poseidon.
//!
//! **Not checked here:** that the data belong together. A verifier that takes a key from elsewhere compares
//! its digest with one that it knows.

use std::fmt::{self, Display, Write};

use plonky2::field::extension::FieldExtension;
use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::field::types::{Field, PrimeField64};
use plonky2::fri::{FriConfig, FriParams};
use plonky2::gates::gate::AnyGate;
use plonky2::hash::hash_types::HashOut;
use plonky2::plonk::circuit_data::{CircuitConfig, CircuitData, CommonCircuitData, VerifierOnlyCircuitData};
use plonky2::plonk::config::GenericHashOut;
use plonky2::plonk::vars::EvaluationVars;
use serde::{Serialize, Serializer};
use sha3::{Digest, Sha3_256};

use crate::field::{C, D, F};
use crate::profile::Profile;
use crate::proof::proof_bytes;

type Extension = QuadraticExtension<F>;

/// The first line of every text: a changed form of the text is another version.
const HEADER: &str = "furl-key 1";

/// The identity of a verifying key: SHA3-256 of its description.
///
/// Shown, and written to JSON, as `0x` and 64 digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// The digest with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl Display for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex_of(&self.0))
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyDigest({self})")
    }
}

impl Serialize for KeyDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text for git: what the circuit is called, its key's digest, and [`describe_key`].
///
/// `rows` are those in use before padding, which a built circuit no longer tells. Neither they nor the name
/// are part of the key's identity.
#[must_use]
pub fn describe(data: &CircuitData<F, C, D>, name: &str, profile: Profile, rows: Option<usize>) -> String {
    let mut lines = Lines::default();
    lines.put("circuit", format_args!("{name:?}"));
    if let Some(rows) = rows {
        lines.put("rows before padding", rows);
    }
    let digest = key_digest(&data.verifier_only, &data.common, profile);
    lines.put("key digest", digest);
    lines.0 + &describe_key(&data.verifier_only, &data.common, profile)
}

/// The identity of the key of `verifier_only` and `common`, made under `profile`.
#[must_use]
pub fn key_digest(
    verifier_only: &VerifierOnlyCircuitData<C, D>,
    common: &CommonCircuitData<F, D>,
    profile: Profile,
) -> KeyDigest {
    let text = describe_key(verifier_only, common, profile);
    KeyDigest(Sha3_256::digest(text.as_bytes()).into())
}

/// All that a key stands for, one `name: value` a line. The text depends on the circuit alone: not on its
/// prover, the machine, or the run.
#[must_use]
pub fn describe_key(
    verifier_only: &VerifierOnlyCircuitData<C, D>,
    common: &CommonCircuitData<F, D>,
    profile: Profile,
) -> String {
    let mut lines = Lines(format!("{HEADER}\n"));
    lines.put("profile", format_args!("{profile} ({})", profile.id()));
    lines.verifier_data(verifier_only);
    lines.common_data(common);
    lines.put("proof bytes", proof_bytes(common));
    lines.0
}

/// A text under construction.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn put(&mut self, name: impl Display, value: impl Display) {
        writeln!(self.0, "{name}: {value}").expect("writing to a string does not fail");
    }

    fn verifier_data(&mut self, verifier_only: &VerifierOnlyCircuitData<C, D>) {
        let VerifierOnlyCircuitData { constants_sigmas_cap, circuit_digest } = verifier_only;
        self.put("circuit digest", hex_of(&circuit_digest.to_bytes()));
        let cap: Vec<_> = constants_sigmas_cap.0.iter().map(HashOut::to_bytes).collect();
        self.put("constants and sigmas cap", sha3(cap.concat()));
        for (index, hash) in cap.iter().enumerate() {
            self.put(format_args!("constants and sigmas cap {index}"), hex_of(hash));
        }
    }

    fn common_data(&mut self, common: &CommonCircuitData<F, D>) {
        // Field by field, so that a new field of the library is a compile error here.
        let CommonCircuitData {
            config,
            trace_degree_bits,
            fri_params,
            public_initial_degree_bits,
            gates: _,
            selectors_info: _,
            quotient_degree_factor,
            num_gate_constraints,
            num_constants,
            num_public_inputs,
            k_is,
            num_partial_products,
            num_lookup_polys,
            num_lookup_selectors,
            luts,
        } = common;
        self.put("degree bits", trace_degree_bits);
        self.put("public initial degree bits", public_initial_degree_bits);
        self.put("quotient degree factor", quotient_degree_factor);
        self.put("gate constraints", num_gate_constraints);
        self.put("constants", num_constants);
        self.put("public inputs", num_public_inputs);
        self.put("partial products", num_partial_products);
        self.put("k_is", format_args!("{} {}", k_is.len(), sha3(bytes_of(k_is))));
        self.put("lookup polynomials", num_lookup_polys);
        self.put("lookup selectors", num_lookup_selectors);
        self.put("lookup tables", luts.len());
        for (index, table) in luts.iter().enumerate() {
            let pairs = table.iter().flat_map(|&(input, output)| [input, output]);
            let bytes: Vec<u8> = pairs.flat_map(u16::to_le_bytes).collect();
            self.put(format_args!("lookup table {index}"), sha3(bytes));
        }
        self.config(config);
        self.fri_params(fri_params);
        self.gates(common);
    }

    fn config(&mut self, config: &CircuitConfig) {
        let CircuitConfig {
            num_wires,
            num_routed_wires,
            num_constants,
            use_base_arithmetic_gate,
            security_bits,
            num_challenges,
            zero_knowledge,
            max_quotient_degree_factor,
            fri_config,
        } = config;
        self.put("config wires", num_wires);
        self.put("config routed wires", num_routed_wires);
        self.put("config constants", num_constants);
        self.put("config base arithmetic gate", use_base_arithmetic_gate);
        self.put("config security bits asserted by the builder", security_bits);
        self.put("config challenges", num_challenges);
        self.put("config zero knowledge", zero_knowledge);
        self.put("config max quotient degree factor", max_quotient_degree_factor);
        self.fri_config("config fri", fri_config);
    }

    fn fri_config(&mut self, prefix: &str, config: &FriConfig) {
        let FriConfig { rate_bits, cap_height, proof_of_work_bits, reduction_strategy, num_query_rounds } = config;
        self.put(format_args!("{prefix} rate bits"), rate_bits);
        self.put(format_args!("{prefix} cap height"), cap_height);
        self.put(format_args!("{prefix} proof of work bits"), proof_of_work_bits);
        self.put(format_args!("{prefix} reduction strategy"), format_args!("{reduction_strategy:?}"));
        self.put(format_args!("{prefix} queries"), num_query_rounds);
    }

    fn fri_params(&mut self, params: &FriParams) {
        let FriParams { config, leaf_hiding, degree_bits, reduction_arity_bits } = params;
        self.fri_config("fri", config);
        self.put("fri leaf hiding", leaf_hiding);
        self.put("fri degree bits", degree_bits);
        self.put("fri reduction arity bits", format_args!("{reduction_arity_bits:?}"));
        self.put("fri final polynomial", params.final_poly_len());
    }

    fn gates(&mut self, common: &CommonCircuitData<F, D>) {
        let selectors = &common.selectors_info;
        self.put("selector groups", format_args!("{:?}", selectors.groups));
        self.put("selector of each gate", format_args!("{:?}", selectors.selector_indices));
        self.put("gates", common.gates.len());
        for (index, gate) in common.gates.iter().enumerate() {
            let gate = gate.0.as_ref();
            self.put(format_args!("gate {index}"), format_args!("{:?}", gate.id()));
            self.put(format_args!("gate {index} degree"), gate.degree());
            self.put(format_args!("gate {index} wires"), gate.num_wires());
            self.put(format_args!("gate {index} constants"), gate.num_constants());
            self.put(format_args!("gate {index} constraints"), gate.num_constraints());
            self.put(format_args!("gate {index} fingerprint"), fingerprint(gate, &common.config));
        }
    }
}

/// The hash of a gate's constraints at the point that all gates share.
fn fingerprint(gate: &dyn AnyGate<F, D>, config: &CircuitConfig) -> String {
    let wires = config.num_wires.max(gate.num_wires());
    let constants = config.num_constants.max(gate.num_constants());
    let vars = EvaluationVars {
        local_constants: &point("furl/fingerprint/constants", constants),
        local_wires: &point("furl/fingerprint/wires", wires),
        public_inputs_hash: &HashOut { elements: [0, 1, 2, 3].map(|index| element("furl/fingerprint/inputs", index)) },
    };
    let values = gate.eval_unfiltered(vars);
    sha3(values.iter().flat_map(|value| bytes_of(&value.0)).collect())
}

/// The first `count` coordinates of the point with this label.
fn point(label: &str, count: usize) -> Vec<Extension> {
    let coordinate =
        |index| Extension::from_basefield_array([element(label, 2 * index), element(label, 2 * index + 1)]);
    (0..count as u64).map(coordinate).collect()
}

/// The first eight bytes of a hash as an element, the value below 2^64 reduced.
fn element(label: &str, index: u64) -> F {
    let digest: [u8; 32] = Sha3_256::new().chain_update(label).chain_update(index.to_le_bytes()).finalize().into();
    let (first, _) = digest.split_first_chunk::<8>().expect("32 bytes begin with eight");
    F::from_noncanonical_u64(u64::from_le_bytes(*first))
}

fn bytes_of(elements: &[F]) -> Vec<u8> {
    let words = elements.iter().map(F::to_canonical_u64);
    words.flat_map(u64::to_le_bytes).collect()
}

fn sha3(bytes: Vec<u8>) -> String {
    hex_of(&Sha3_256::digest(bytes))
}

fn hex_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use plonky2::gates::gate::{Gate, GateRef};
    use plonky2::gates::noop::NoopGate;
    use plonky2::hash::hash_types::RichField;
    use plonky2::hash::poseidon::PoseidonHash;
    use plonky2::iop::ext_target::ExtensionTarget;
    use plonky2::iop::generator::WitnessGeneratorRef;
    use plonky2::plonk::circuit_builder::CircuitBuilder;
    use plonky2::plonk::circuit_data::VerifierCircuitData;
    use plonky2::plonk::vars::EvaluationTargets;
    use plonky2::util::serialization::{Buffer, IoResult};

    use super::*;
    use crate::leaf_circuit::LeafSize;
    use crate::recursion;

    fn toy(profile: Profile, constant: u64) -> CircuitData<F, C, D> {
        let mut b = CircuitBuilder::<F, D>::new(profile.leaf_config());
        let x = b.add_virtual_target();
        let y = b.add_const(x, F::from_canonical_u64(constant));
        let hash = b.hash_n_to_hash_no_pad::<PoseidonHash>(vec![x, y]);
        b.register_public_inputs(&hash.elements);
        while b.num_gates() < 1 << 6 {
            b.add_gate(NoopGate, vec![]);
        }
        b.build::<C>()
    }

    fn digest_of(data: &CircuitData<F, C, D>) -> KeyDigest {
        key_digest(&data.verifier_only, &data.common, Profile::Fast)
    }

    #[test]
    fn one_circuit_has_one_text() {
        let (a, b) = (toy(Profile::Fast, 5), toy(Profile::Fast, 5));
        let text = describe(&a, "toy", Profile::Fast, Some(9));
        assert_eq!(text, describe(&b, "toy", Profile::Fast, Some(9)));
        assert_eq!(digest_of(&a), digest_of(&b));
    }

    #[test]
    fn the_text_is_one_fact_a_line() {
        let data = toy(Profile::Fast, 5);
        let text = describe(&data, "toy", Profile::Fast, Some(9));
        let (title, key) = text.split_at(text.find(HEADER).unwrap());
        let digest = digest_of(&data);
        assert_eq!(title, format!("circuit: \"toy\"\nrows before padding: 9\nkey digest: {digest}\n"));
        assert_eq!(key, describe_key(&data.verifier_only, &data.common, Profile::Fast));
        assert!(text.ends_with('\n'));
        for line in key.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            assert!(!name.is_empty() && !value.is_empty(), "{line}");
        }
        for expected in [
            "profile: fast (1)",
            "degree bits: 7",
            "public inputs: 4",
            "config wires: 135",
            "config fri queries: 28",
            "fri reduction strategy: ConstantArityBits(4, 5)",
            "fri reduction arity bits: [4]",
            "gate 0: \"NoopGate\"",
            "gate 0 constraints: 0",
        ] {
            assert!(key.lines().any(|line| line == expected), "{expected}");
        }
    }

    /// What the code says of common data and gates is what is committed, formulas included. Wiring
    /// and constants, for which circuits are built, are compared by `costs` alone.
    #[test]
    fn gates_and_parameters_are_the_committed_ones() {
        let leaves = Profile::ALL.into_iter().flat_map(|profile| LeafSize::ALL.map(|size| (profile, size)));
        let leaves = leaves
            .map(|(profile, size)| (format!("leaf-2-{}-{profile}", size.bits()), recursion::leaf_shape(profile, size)));
        let trees = Profile::ALL.into_iter().flat_map(|profile| {
            let roots = profile.root_degree_bits().iter().zip(1..);
            let roots = roots.map(move |(bits, step)| {
                (format!("root-{step}-{profile}"), recursion::shape(profile.node_config(), *bits))
            });
            roots.chain([(format!("node-2-16-level-1-of-3-{profile}"), recursion::node_shape(profile))])
        });
        let mut compared = 0;
        for (name, common) in leaves.chain(trees) {
            let path = format!("{}/pins/{name}.txt", env!("CARGO_MANIFEST_DIR"));
            let committed = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            let mut lines = Lines::default();
            lines.common_data(&common);
            lines.put("proof bytes", proof_bytes(&common));
            let (_, pinned) = committed.split_once("\ndegree bits: ").unwrap();
            assert_eq!(lines.0, format!("degree bits: {pinned}"), "{name}");
            compared += 1;
        }
        assert_eq!(compared, 13, "every pinned circuit");
    }

    #[test]
    fn the_name_and_the_rows_are_not_the_key() {
        let data = toy(Profile::Fast, 5);
        let text = describe(&data, "a\nb", Profile::Fast, None);
        assert!(text.starts_with("circuit: \"a\\nb\"\nkey digest: "));
        assert!(text.contains(&digest_of(&data).to_string()));
    }

    #[test]
    fn a_digest_is_shown_as_hex() {
        let digest = KeyDigest([0xab; 32]);
        let shown = format!("0x{}", "ab".repeat(32));
        assert_eq!(digest.to_string(), shown);
        assert_eq!(serde_json::to_value(digest).unwrap(), shown);
        assert_eq!(digest.to_bytes(), [0xab; 32]);
    }

    #[test]
    fn circuits_and_profiles_have_keys_of_their_own() {
        let fast = toy(Profile::Fast, 5);
        let proven = toy(Profile::Proven, 5);
        assert_eq!(
            fast.verifier_only.circuit_digest, proven.verifier_only.circuit_digest,
            "the library's digest tells profiles apart: then say so above"
        );
        let digests = [
            digest_of(&fast),
            digest_of(&proven),
            digest_of(&toy(Profile::Fast, 6)),
            key_digest(&fast.verifier_only, &fast.common, Profile::Proven),
        ];
        for (i, a) in digests.iter().enumerate() {
            for b in &digests[i + 1..] {
                assert_ne!(a, b);
            }
        }
    }

    /// Spoils one part of a key.
    type Spoil = fn(&mut VerifierCircuitData<F, C, D>);

    #[test]
    fn every_part_of_a_key_is_in_its_digest() {
        let spoilers: &[Spoil] = &[
            |d| d.verifier_only.circuit_digest.elements[3] += F::ONE,
            |d| d.verifier_only.constants_sigmas_cap.0[15].elements[0] += F::ONE,
            |d| d.common.trace_degree_bits += 1,
            |d| d.common.public_initial_degree_bits += 1,
            |d| d.common.quotient_degree_factor -= 1,
            |d| d.common.num_gate_constraints -= 1,
            |d| d.common.num_constants += 1,
            |d| d.common.num_public_inputs += 1,
            |d| d.common.k_is.swap(1, 2),
            |d| d.common.num_partial_products -= 1,
            |d| d.common.num_lookup_polys += 1,
            |d| d.common.num_lookup_selectors += 1,
            |d| d.common.luts.push(Arc::new(vec![(1, 2)])),
            |d| d.common.gates.swap(0, 1),
            |d| drop(d.common.gates.pop()),
            |d| d.common.selectors_info.groups[0].end += 1,
            |d| d.common.selectors_info.selector_indices[0] += 1,
            |d| d.common.config.num_wires -= 1,
            |d| d.common.config.num_routed_wires -= 1,
            |d| d.common.config.num_constants += 1,
            |d| d.common.config.use_base_arithmetic_gate ^= true,
            |d| d.common.config.security_bits -= 1,
            |d| d.common.config.num_challenges -= 1,
            |d| d.common.config.zero_knowledge ^= true,
            |d| d.common.config.max_quotient_degree_factor -= 1,
            |d| d.common.config.fri_config.num_query_rounds -= 1,
            |d| d.common.fri_params.config.rate_bits -= 1,
            |d| d.common.fri_params.config.cap_height -= 1,
            |d| d.common.fri_params.config.proof_of_work_bits -= 1,
            |d| d.common.fri_params.config.num_query_rounds -= 1,
            |d| d.common.fri_params.leaf_hiding ^= true,
            |d| d.common.fri_params.degree_bits += 1,
            |d| d.common.fri_params.reduction_arity_bits[0] -= 1,
        ];
        let digest_of =
            |data: &VerifierCircuitData<F, C, D>| key_digest(&data.verifier_only, &data.common, Profile::Fast);
        let honest = toy(Profile::Fast, 5).verifier_data();
        for (index, spoil) in spoilers.iter().enumerate() {
            let mut data = honest.clone();
            spoil(&mut data);
            assert_ne!(digest_of(&data), digest_of(&honest), "spoiler {index}");
        }
    }

    /// The first wire to a power is zero, under an id that does not tell which power.
    struct Power(u64);

    impl<F: RichField + plonky2::field::extension::Extendable<D>, const D: usize> Gate<F, D> for Power {
        fn id(&self) -> String {
            "Power".into()
        }

        fn serialize(&self, _: &mut Vec<u8>, _: &CommonCircuitData<F, D>) -> IoResult<()> {
            Ok(())
        }

        fn deserialize(_: &mut Buffer, _: &CommonCircuitData<F, D>) -> IoResult<Self> {
            Ok(Self(1))
        }

        fn eval_unfiltered(&self, vars: EvaluationVars<F, D>) -> Vec<F::Extension> {
            vec![vars.local_wires[0].exp_u64(self.0)]
        }

        fn eval_unfiltered_circuit(
            &self,
            b: &mut CircuitBuilder<F, D>,
            vars: EvaluationTargets<D>,
        ) -> Vec<ExtensionTarget<D>> {
            vec![b.exp_u64_extension(vars.local_wires[0], self.0)]
        }

        fn generators(&self, _: usize, _: &[F]) -> Vec<WitnessGeneratorRef<F, D>> {
            vec![]
        }

        fn num_wires(&self) -> usize {
            1
        }

        fn num_constants(&self) -> usize {
            0
        }

        fn degree(&self) -> usize {
            3
        }

        fn num_constraints(&self) -> usize {
            1
        }
    }

    #[test]
    fn a_changed_formula_is_another_key() {
        let key = |power| {
            let mut data = toy(Profile::Fast, 5);
            data.common.gates[0] = GateRef::new(Power(power));
            digest_of(&data)
        };
        assert_eq!(key(3), key(3));
        assert_ne!(key(2), key(3));
    }
}
