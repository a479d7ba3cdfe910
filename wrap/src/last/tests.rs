mod attacks;
mod model;
mod proofs;
mod toys;
