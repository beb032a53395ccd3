//! The learned fallback: a linear model over hashed features, four whole numbers for each. Whole numbers add
//! up to the same sum everywhere; the one step that is not whole, a score's share, uses `libm` on every
//! target.

use std::fmt;

use consentry_policy::category::Category;

/// How many hashes share a place: features are `1 << BITS`.
pub const BITS: u32 = 13;
/// The steps from nothing to the largest weight: more of them weigh more and tell no more.
const STEPS: f64 = 31.0;
/// Marks the file's form.
const MAGIC: &[u8; 4] = b"CSL1";

/// A bias is no further from zero, so that no sum of scores overflows.
const BIAS: i32 = 1_000_000;

/// One number for each category.
pub type Scores = [i32; 4];

/// The weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What one step of a weight is worth in natural logarithms of odds.
    scale: f32,
    bias: Scores,
    weights: Vec<[i8; 4]>,
}

/// Why bytes are no model: what was found, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub usize);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: found something else, expected a model as `cargo xtask train` writes it", self.0)
    }
}

impl std::error::Error for Malformed {}

impl Model {
    /// From weights in natural logarithms, rounded to what the file holds.
    pub fn rounded(bias: [f64; 4], weights: &[[f64; 4]]) -> Model {
        let largest = weights.iter().flatten().fold(1e-9_f64, |most, it| most.max(it.abs()));
        let scale = (largest / STEPS) as f32;
        let step = |it: f64| libm::round(it / f64::from(scale));
        Model {
            scale,
            bias: bias.map(|it| (step(it) as i32).clamp(-BIAS, BIAS)),
            weights: weights.iter().map(|of| of.map(|it| step(it).clamp(-STEPS, STEPS) as i8)).collect(),
        }
    }

    /// The file's form: the marker, the scale, the four biases, and then each place that has a weight, as its
    /// distance from the one before (seven bits a byte, the lowest first) and four bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.scale.to_le_bytes());
        bytes.extend(self.bias.iter().flat_map(|it| it.to_le_bytes()));
        let mut last = 0;
        for (place, weights) in self.weights.iter().enumerate().filter(|(_, it)| **it != [0; 4]) {
            let mut distance = place - last;
            last = place;
            while distance > 127 {
                bytes.push((distance & 127) as u8 | 128);
                distance >>= 7;
            }
            bytes.push(distance as u8);
            bytes.extend(weights.map(i8::cast_unsigned));
        }
        bytes
    }

    /// The model of a file.
    ///
    /// # Errors
    /// [`Malformed`] with the first byte that is not what [`Model::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model, Malformed> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take()? != *MAGIC {
            return Err(Malformed(0));
        }
        let scale = f32::from_le_bytes(reader.take()?);
        if !scale.is_finite() || scale <= 0.0 {
            return Err(Malformed(4));
        }
        let mut bias = [0; 4];
        for it in &mut bias {
            *it = i32::from_le_bytes(reader.take()?).clamp(-BIAS, BIAS);
        }
        let mut weights = vec![[0; 4]; 1 << BITS];
        let mut place = 0;
        while reader.at < bytes.len() {
            place += reader.distance()?;
            let of = reader.take()?.map(u8::cast_signed);
            *weights.get_mut(place).ok_or(Malformed(reader.at))? = of;
        }
        Ok(Model { scale, bias, weights })
    }

    /// Adds up the weights of features, each once.
    pub fn scores(&self, features: impl FnOnce(&mut dyn FnMut(u32))) -> Scores {
        let mut seen = [0_u64; (1 << BITS) / 64];
        let mut sum = self.bias;
        features(&mut |hash| {
            let place = place(hash);
            let (Some(seen), Some(weights)) = (seen.get_mut(place / 64), self.weights.get(place)) else {
                return;
            };
            let before = *seen;
            *seen |= 1 << (place % 64);
            if *seen != before {
                for (sum, weight) in sum.iter_mut().zip(weights) {
                    *sum += i32::from(*weight);
                }
            }
        });
        sum
    }

    /// The share of each score (softmax), in hundredths.
    pub fn shares(&self, scores: Scores) -> [u8; 4] {
        let most = scores.into_iter().max().unwrap_or(0);
        let parts = scores.map(|score| libm::exp(f64::from(score - most) * f64::from(self.scale)));
        let sum: f64 = parts.iter().sum();
        parts.map(|part| (part / sum * 100.0) as u8)
    }
}

/// The place of a feature.
pub fn place(hash: u32) -> usize {
    (hash >> (u32::BITS - BITS)) as usize
}

/// The category with the largest share, and the share. `necessary` only from `confident` hundredths on:
/// calling a tracker necessary is the costly mistake. `among`: the only ones in question.
pub fn best(shares: [u8; 4], confident: u8, among: &[Category]) -> (Category, u8) {
    let share = |category: Category| shares.get(category as usize).copied().unwrap_or(0);
    let sure =
        |category: &Category| *category != Category::Necessary || share(Category::Necessary) >= confident;
    let chosen = among.iter().copied().filter(sure).max_by_key(|category| (share(*category), *category));
    let chosen = chosen.unwrap_or(Category::Advertising);
    (chosen, share(chosen))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let taken = self.bytes.get(self.at..self.at + N).and_then(|it| it.try_into().ok());
        let taken = taken.ok_or(Malformed(self.at))?;
        self.at += N;
        Ok(taken)
    }

    fn distance(&mut self) -> Result<usize, Malformed> {
        let mut distance = 0;
        for shift in [0, 7, 14] {
            let [byte] = self.take()?;
            distance |= usize::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(distance);
            }
        }
        Err(Malformed(self.at))
    }
}
