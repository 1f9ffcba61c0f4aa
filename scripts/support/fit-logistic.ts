export interface Sample {
  features: readonly number[];
  isRight: boolean;
  weight: number;
}

const STEPS = 20_000;
const RATE = 5;
const DECAY = 1e-4;

/** Logistic regression by gradient descent. @returns a factor for each feature, then the bias */
export function fitLogistic(samples: readonly Sample[]): number[] {
  const size = samples[0]!.features.length;
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const zeros = () => Array.from({ length: size + 1 }, () => 0);
  let factors = zeros();
  for (let step = 0; step < STEPS; step++) {
    const slope = zeros();
    for (const { features, isRight, weight } of samples) {
      const inputs = [...features, 1];
      const x = inputs.reduce((sum, input, i) => sum + input * factors[i]!, 0);
      const error = weight * (1 / (1 + Math.exp(-x)) - (isRight ? 1 : 0));
      inputs.forEach((input, i) => (slope[i]! += error * input));
    }
    factors = factors.map(
      (factor, i) => factor - RATE * (slope[i]! / total + (i < size ? DECAY * factor : 0)),
    );
  }
  return factors;
}
