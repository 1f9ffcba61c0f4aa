/** A limit for something that usually takes much less, in milliseconds on this machine. */
export function scaled(ms: number): number;
