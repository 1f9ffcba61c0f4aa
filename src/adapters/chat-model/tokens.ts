/** UTF-8 bytes of a token, on the safe side for most languages and tokenizers. */
const BYTES_PER_TOKEN = 3.5;

/** How many tokens a text is likely to be; rather too many than too few. */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
