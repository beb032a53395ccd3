//! Multinomial logistic regression with a penalty on the weights' squares and sizes, by accelerated proximal
//! gradient steps (FISTA): few weights are left, and they are small.

use consentry_classify::model::BITS;

use super::examples::Example;

/// The penalties, per unit of examples' weight.
const SQUARES: f64 = 4.0;
const SIZES: f64 = 0.3;
const STEPS: usize = 400;

/// Bias and weights in natural logarithms of odds.
pub fn solve(examples: &[Example]) -> ([f64; 4], Vec<[f64; 4]>) {
    let mut weights = vec![[0.0; 4]; 1 << BITS];
    let mut ahead = weights.clone();
    let (mut bias, mut bias_ahead) = ([0.0; 4], [0.0; 4]);
    let mut momentum = 1.0_f64;
    // No step overshoots: the curvature is at most a half times the most features times the examples at one
    // place.
    let mut mass = vec![0.0; 1 << BITS];
    for example in examples {
        for place in &example.places {
            mass[*place] += example.weight * (example.places.len() + 1) as f64;
        }
    }
    let total: f64 = examples.iter().map(|example| example.weight * (example.places.len() + 1) as f64).sum();
    let step = |mass: f64| 1.0 / (0.5 * mass + SQUARES);
    let mut gradient = vec![[0.0; 4]; 1 << BITS];
    for _ in 0..STEPS {
        gradient.iter_mut().for_each(|slopes| *slopes = [0.0; 4]);
        let mut of_bias = [0.0; 4];
        for example in examples {
            let mut scores = bias_ahead;
            for place in &example.places {
                for (score, weight) in scores.iter_mut().zip(ahead[*place]) {
                    *score += weight;
                }
            }
            let mut wrong = shares(scores);
            wrong[example.label] -= 1.0;
            let wrong = wrong.map(|part| part * example.weight);
            for (sum, part) in of_bias.iter_mut().zip(wrong) {
                *sum += part;
            }
            for place in &example.places {
                for (sum, part) in gradient[*place].iter_mut().zip(wrong) {
                    *sum += part;
                }
            }
        }
        let next = (1.0 + libm::sqrt(1.0 + 4.0 * momentum * momentum)) / 2.0;
        let push = (momentum - 1.0) / next;
        momentum = next;
        for place in 0..weights.len() {
            if mass[place] == 0.0 {
                continue;
            }
            let step = step(mass[place]);
            for class in 0..4 {
                let slope = gradient[place][class] + SQUARES * ahead[place][class];
                let moved = ahead[place][class] - step * slope;
                let now = moved.signum() * (moved.abs() - step * SIZES).max(0.0);
                ahead[place][class] = now + push * (now - weights[place][class]);
                weights[place][class] = now;
            }
        }
        for class in 0..4 {
            let now = bias_ahead[class] - step(total) * of_bias[class];
            bias_ahead[class] = now + push * (now - bias[class]);
            bias[class] = now;
        }
    }
    (bias, weights)
}

/// The probability of each category, from its score (softmax).
fn shares(scores: [f64; 4]) -> [f64; 4] {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    let parts = scores.map(|score| libm::exp(score - most));
    let sum: f64 = parts.iter().sum();
    parts.map(|part| part / sum)
}
