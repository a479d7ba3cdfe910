mod attacks;
mod engine;
mod model;
mod proofs;
mod toys;
