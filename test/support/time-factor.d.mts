/** Name of the variable that hands the factor to the tests. */
export const TIME_FACTOR: string;
/** How many times as slow as usual this machine is now; at least 1. */
export function measureTimeFactor(): number;
/** A limit for something that usually takes much less, in milliseconds on this machine. */
export function scaled(ms: number): number;
