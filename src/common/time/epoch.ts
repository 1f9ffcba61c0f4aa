/** Unix time in seconds, with its fraction. */
export const epochSeconds = (date: Date): number => date.getTime() / 1000;

/** Unix time in whole seconds. */
export const wholeEpochSeconds = (date = new Date()): number => Math.floor(epochSeconds(date));
