//! One key, three verifiers: halo2's, this crate's, and the contract in an EVM. What is asked of all is answered by all alike.

use furl_ledger::L1Address;
use furl_settlement::layer1::Call;
use furl_settlement::{Embedded, Layer1 as _, Layer1Error, Revert, abi};
use furl_verifier::{Error, PROOF_BYTES, Part, Statement, VerifyingKey, verify};
use furl_wrap::circuit;
use furl_wrap::circuit::prove::VerifyError;
use furl_wrap::key_file;
use furl_wrap::setup::Setup;
use halo2_proofs::halo2curves::bn256::Fr;

use crate::forger::word;
use crate::small::{EVALUATIONS, WORD, scalars};

/// Bytes of `verify`'s calldata before the proof: the selector and the public scalars.
pub(crate) const HEAD: usize = 4 + 9 * WORD;

/// The contract of a key, deployed.
pub(crate) struct Contract {
    chain: Embedded,
    address: L1Address,
}

impl Contract {
    /// From its creation code.
    pub(crate) fn new(code: Vec<u8>) -> Self {
        let mut chain = Embedded::new();
        let address = chain.send(&Call::create(code)).unwrap().created.unwrap();
        Self { chain, address }
    }

    /// What it answers to a call with this calldata: true, or why not. Nothing else is an answer: not another word, not silence, no end
    /// without a reason.
    pub(crate) fn says(&self, calldata: Vec<u8>) -> Result<(), Revert> {
        match self.chain.call(&Call::to(self.address, calldata)) {
            Ok(answer) => assert_eq!(answer, abi::number(1u32), "the contract's answer"),
            Err(Layer1Error::Reverted(revert)) => {
                assert!(!matches!(revert, Revert::Other(_)), "{revert:?}");
                return Err(revert);
            }
            Err(error) => panic!("{error}"),
        }
        Ok(())
    }

    /// What it says of a proof.
    pub(crate) fn verify(&self, publics: &[Fr], proof: &[u8]) -> Result<(), Revert> {
        self.says(calldata(publics, proof))
    }
}

/// Calldata of `verify`, with a proof of any length.
pub(crate) fn calldata(publics: &[Fr], proof: &[u8]) -> Vec<u8> {
    let publics: Vec<u8> = publics.iter().flat_map(word).collect();
    [&abi::selector(abi::VERIFY)[..], &publics, proof].concat()
}

/// Creation code of the contract of a key, made into that of another: of every word of a key its code has one copy. What it says of itself
/// stays.
pub(crate) fn rekeyed(code: &[u8], from: &[u8; VerifyingKey::BYTES], to: &[u8; VerifyingKey::BYTES]) -> Vec<u8> {
    let mut code = code.to_vec();
    let words = from.chunks(WORD).zip(to.chunks(WORD)).skip(1);
    for (old, new) in words.filter(|(old, new)| old != new) {
        // The compiler writes no leading zeros.
        let zeros = old.iter().take_while(|byte| **byte == 0).count();
        let (old, (missing, new)) = (&old[zeros..], new.split_at(zeros));
        assert!(missing.iter().all(|byte| *byte == 0), "the other word is longer");
        let places: Vec<_> = (0..=code.len() - old.len()).filter(|at| code[*at..].starts_with(old)).collect();
        assert_eq!(places.len(), 1, "copies of the word {}", hex::encode(old));
        code[places[0]..places[0] + new.len()].copy_from_slice(new);
    }
    code
}

/// The verifiers of one key.
pub(crate) struct Three {
    pub(crate) setup: Setup,
    pub(crate) halo2: circuit::VerifyingKey,
    pub(crate) native: VerifyingKey,
    pub(crate) contract: Contract,
    pub(crate) key: [u8; VerifyingKey::BYTES],
}

impl Three {
    /// Of halo2's key under a setup; the contract is made of its source.
    pub(crate) fn new(setup: Setup, halo2: circuit::VerifyingKey, code: impl FnOnce(&str) -> Vec<u8>) -> Self {
        let key = key_file::encode(&halo2, &setup).unwrap();
        let contract = Contract::new(code(&furl_wrap::contract::generate(&key).unwrap()));
        Self { setup, halo2, native: VerifyingKey::parse(&key).unwrap(), contract, key }
    }

    /// What this crate says of a proof, and the others alike: halo2 by its kind of refusal, the contract by its reason.
    pub(crate) fn say(&self, statement: &[u8], proof: &[u8]) -> Result<(), Error> {
        let publics = scalars(statement);
        let native = Statement::parse(statement).and_then(|statement| verify(&self.native, &statement, proof));
        let halo2 = circuit::verify(self.setup.params(), &self.halo2, &publics, proof);
        let contract = self.contract.verify(&publics, proof);
        match (&native, &halo2, &contract) {
            (Ok(()), Ok(()), Ok(())) => {}
            (Err(error), Err(theirs), Err(revert)) => {
                assert!(same_kind(error, theirs), "{error:?}, halo2: {theirs:?}");
                assert!(same_reason(error, revert, proof), "{error:?}, the contract: {revert:?}");
            }
            _ => panic!("native {native:?}, halo2 {halo2:?}, contract {contract:?}"),
        }
        native
    }

    /// Whether all accept a proof. If not, all refuse it.
    pub(crate) fn accept(&self, statement: &[u8], proof: &[u8]) -> bool {
        self.say(statement, proof).is_ok()
    }
}

/// Whether halo2's refusal is of the kind of ours.
fn same_kind(error: &Error, theirs: &VerifyError) -> bool {
    match error {
        Error::Length { .. } => matches!(theirs, VerifyError::Length(_)),
        // The last two points are read by SHPLONK, which gives no reasons.
        Error::Coordinate { offset, .. } | Error::OffCurve { offset, .. } if *offset >= EVALUATIONS.end => {
            matches!(theirs, VerifyError::Refused)
        }
        Error::Scalar { .. } | Error::Coordinate { .. } | Error::OffCurve { .. } => {
            matches!(theirs, VerifyError::Malformed(_))
        }
        // halo2 knows no statement, but its scalars.
        _ => matches!(theirs, VerifyError::Refused),
    }
}

/// Whether the contract's reason is ours.
pub(crate) fn same_reason(error: &Error, revert: &Revert, proof: &[u8]) -> bool {
    match error {
        // Too short for the arguments, which the compiler's code sees; too long, which ours does.
        Error::Length { got, .. } if *got < PROOF_BYTES => *revert == Revert::Silent,
        Error::Length { got, .. } => matches!(revert, Revert::VerifierLength(length) if *length == (HEAD + got)),
        Error::Scalar { .. } => *revert == Revert::NotBelowModulus,
        Error::Coordinate { .. } => *revert == Revert::NotOnCurve,
        Error::OffCurve { part: Part::Proof, offset } => {
            let zeros = proof[*offset..*offset + 2 * WORD].iter().all(|byte| *byte == 0);
            *revert == if zeros { Revert::Infinity } else { Revert::NotOnCurve }
        }
        // The contract knows no statement, but its scalars.
        Error::Refused | Error::Version { .. } | Error::Digest { .. } => *revert == Revert::Refused,
        _ => false,
    }
}
