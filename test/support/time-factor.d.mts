/** Name of the variable that hands the factor to the tests. */
export const TIME_FACTOR: string;
/** A limit for something that usually takes much less, in milliseconds on this machine. */
export function scaled(ms: number): number;
