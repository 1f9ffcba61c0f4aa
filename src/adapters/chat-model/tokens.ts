/** UTF-8 bytes of a token, on the safe side for most languages and tokenizers. */
const BYTES_PER_TOKEN = 3.5;

/** Estimated number of tokens of a text, rather too high than too low. */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
