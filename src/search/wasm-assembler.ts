/**
 * Writes WebAssembly modules: the few instructions that the kernels use, by the names of the specification. Code is a
 * list of bytes; instructions take their operands from the stack.
 */
declare global {
  /** The part of WebAssembly that is used here, which the types of Node.js lack. */
  namespace WebAssembly {
    class Memory {
      constructor(descriptor: { initial: number });
      readonly buffer: ArrayBuffer;
    }
    class Module {
      constructor(bytes: Uint8Array<ArrayBuffer>);
    }
    class Instance {
      constructor(module: Module, imports: Record<string, Record<string, Memory>>);
      readonly exports: object;
    }
  }
}

/** Bytes of a unit of memory. */
export const WASM_PAGE = 65_536;

export type Code = readonly number[];
export type ValueType = 'i32' | 'f32' | 'v128';

const VALUE_TYPES: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const BLOCK_WITHOUT_RESULT = 0x40;
/** `\0asm` and the version. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A function of a module, whose locals are numbered: the parameters first. */
export interface WasmFunction {
  name: string;
  params: readonly ValueType[];
  locals: readonly ValueType[];
  body: Code;
}

/** LEB128 of an unsigned number. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** LEB128 of a signed number. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const isLast = (rest >= 0 && rest < 0x40) || (rest < 0 && rest >= -0x40);
    bytes.push((rest & 0x7f) | (isLast ? 0 : 0x80));
    if (isLast) return bytes;
  }
}

const simd = (opcode: number, ...immediates: number[]) => [0xfd, ...unsigned(opcode), ...immediates];
/** Alignment is a hint; that of single bytes is always right. */
const memory = (offset: number) => [0, ...unsigned(offset)];

export const code = (...parts: readonly Code[]): Code => parts.flat();
export const get = (local: number) => [0x20, ...unsigned(local)];
export const set = (local: number) => [0x21, ...unsigned(local)];
export const i32Const = (value: number) => [0x41, ...signed(value)];
export const i32Add: Code = [0x6a];
export const i32Mul: Code = [0x6c];
export const i32LessThan: Code = [0x49];
export const f32Store = (offset = 0) => [0x38, ...memory(offset)];
export const f32Add: Code = [0x92];
export const v128Load = (offset = 0) => simd(0x00, ...memory(offset));
export const v128Load32Splat = (offset = 0) => simd(0x09, ...memory(offset));
export const v128Store = (offset = 0) => simd(0x0b, ...memory(offset));
export const v128Zero: Code = simd(0x0c, ...Array.from({ length: 16 }, () => 0));
export const f32x4Splat: Code = simd(0x13);
export const f32x4ExtractLane = (lane: number) => simd(0x1f, lane);
export const i32Store = (offset = 0) => [0x36, ...memory(offset)];
export const i16x8ExtendLowI8x16: Code = simd(0x87);
export const i16x8ExtendHighI8x16: Code = simd(0x88);
export const i32x4ExtractLane = (lane: number) => simd(0x1b, lane);
export const i32x4Add: Code = simd(0xae);
export const i32x4DotI16x8: Code = simd(0xba);
export const f32x4Add: Code = simd(0xe4);
export const f32x4Mul: Code = simd(0xe6);
export const f32x4Max: Code = simd(0xe9);
export const f32x4ConvertI32x4: Code = simd(0xfa);

/** Adds a constant to a local. */
export const increase = (local: number, by: number) => code(get(local), i32Const(by), i32Add, set(local));

/** Repeats a body while a condition holds after it: at least once. */
export const doWhile = (body: Code, condition: Code): Code =>
  code([0x03, BLOCK_WITHOUT_RESULT], body, condition, [0x0d, 0, 0x0b]);

export const ifNotZero = (local: number, body: Code): Code =>
  code(get(local), [0x04, BLOCK_WITHOUT_RESULT], body, [0x0b]);

/** A module that exports its functions and imports `env.memory` with at least so many pages of 64 KiB. */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const section = (id: number, ...content: Code[]) => {
    const bytes = content.flat();
    return [id, ...unsigned(bytes.length), ...bytes];
  };
  const vector = (items: readonly Code[]) => [...unsigned(items.length), ...items.flat()];
  const text = (value: string) => vector([...Buffer.from(value)].map((byte) => [byte]));
  const types = (values: readonly ValueType[]) => vector(values.map((type) => [VALUE_TYPES[type]]));
  const bodies = functions.map(({ locals, body }) => {
    const bytes = code(vector(locals.map((type) => [1, VALUE_TYPES[type]])), body, [0x0b]);
    return code(unsigned(bytes.length), bytes);
  });
  return Uint8Array.from([
    ...HEADER,
    ...section(1, vector(functions.map(({ params }) => [0x60, ...types(params), 0]))),
    ...section(2, vector([code(text('env'), text('memory'), [0x02, 0x00], unsigned(pages))])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map(({ name }, i) => code(text(name), [0x00], unsigned(i))))),
    ...section(10, vector(bodies)),
  ]);
}
