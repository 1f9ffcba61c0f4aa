import { isUtf8 } from 'node:buffer';
import { decodeText } from '../encodings/decode.js';

/**
 * A message with its undeclared letters in UTF-8, which readers take them for. Old programs write them as they have
 * them: in the head, and in the body where no part names its encoding.
 */
export async function withDeclaredEncoding(message: Buffer): Promise<Buffer> {
  if (isUtf8(message)) return message;
  const source = message.toString('latin1');
  const end = /\r?\n\r?\n/.exec(source)?.index ?? source.length;
  const [head, body] = [message.subarray(0, end), message.subarray(end)];
  const isDeclared = /^content-type:[^]{0,200}?charset\s*=/im.test(source);
  return Buffer.concat([await inUtf8(head), isDeclared ? body : await inUtf8(body)]);
}

async function inUtf8(bytes: Buffer): Promise<Buffer> {
  const decoded = isUtf8(bytes) ? null : await decodeText(bytes);
  return decoded ? Buffer.from(decoded.text) : bytes;
}
