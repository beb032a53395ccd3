//! The ledger of receipts and its HTTP face.
