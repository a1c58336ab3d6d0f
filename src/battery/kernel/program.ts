/** Program: makes tiny static programs out of single system calls, so that a machine needs no compiler to be tried. */

/** The machines that programs can be made for. `i386` runs on x64 whose kernel still knows 32-bit programs. */
export type Machine = 'x64' | 'arm64';
/** How the program asks the kernel. `int80` and `i386` use the numbers of 32-bit machines. */
export type Convention = 'own' | 'int80' | 'i386';
/** A number, or the address of memory that the program may write. */
export type Word = number | 'memory';

export interface Call {
  readonly number: number;
  /** At most six. */
  readonly words: readonly Word[];
}

const base = 0x40_0000;
const mark = Buffer.from('ran\n');

/**
 * A program that writes `ran`, makes the call and exits with the error's number, or with 0 when there was none. Its bytes
 * are an ELF file.
 */
export function programOf(machine: Machine, call: Call, convention: Convention = 'own'): Buffer {
  if (machine === 'arm64') return fileOf({ machine: 183, wide: true }, arm64Code(call));
  if (convention === 'i386') return fileOf({ machine: 3, wide: false }, i386Code(call));
  const asked = convention === 'int80' ? int80(call) : syscall(call);
  return fileOf({ machine: 62, wide: true }, x64Code(asked));
}

interface Kind {
  readonly machine: number;
  /** Whether its addresses have 64 bits. */
  readonly wide: boolean;
}

const headOf = ({ wide }: Kind): number => (wide ? 64 + 56 : 52 + 32);

/** One segment with everything: headers, the mark, the code. */
function fileOf(kind: Kind, code: (markAt: number) => Buffer): Buffer {
  const head = headOf(kind);
  const body = Buffer.concat([mark, code(base + head)]);
  const size = head + body.length;
  return Buffer.concat([kind.wide ? head64(kind, size) : head32(kind, size), body]);
}

const magic = (bits: 1 | 2): Buffer =>
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const readAndRun = 5;

function head64(kind: Kind, size: number): Buffer {
  const entry = base + headOf(kind) + mark.length;
  return Buffer.concat([
    magic(2),
    halves(2, kind.machine),
    words(1),
    longs(entry, 64, 0),
    words(0),
    halves(64, 56, 1, 0, 0, 0),
    words(1, readAndRun),
    longs(0, base, base, size, size, 0x1000),
  ]);
}

function head32(kind: Kind, size: number): Buffer {
  const entry = base + headOf(kind) + mark.length;
  return Buffer.concat([
    magic(1),
    halves(2, kind.machine),
    words(1, entry, 52, 0, 0),
    halves(52, 32, 1, 0, 0, 0),
    words(1, 0, base, base, size, size, readAndRun, 0x1000),
  ]);
}

function halves(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value >>> 0, index * 4));
  return bytes;
}

function longs(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => {
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), index * 8);
  });
  return bytes;
}

/** rdi, rsi, rdx, r10, r8, r9: the first byte and the register's number in `mov`. */
const registers = [
  [0x48, 7],
  [0x48, 6],
  [0x48, 2],
  [0x49, 2],
  [0x49, 0],
  [0x49, 1],
] as const;

function syscall({ number, words: given }: Call): Buffer {
  const moves = given.map((word, index) => {
    const [prefix, register] = registers[index] ?? registers[0];
    if (word === 'memory') return Buffer.from([prefix, 0x89, 0xe0 | register]);
    return Buffer.concat([Buffer.from([prefix, 0xb8 | register]), longs(word)]);
  });
  return Buffer.concat([
    ...moves,
    Buffer.from([0x48, 0xb8]),
    longs(number),
    Buffer.from([0x0f, 5]),
  ]);
}

/** ebx, ecx, edx, esi, edi, ebp. */
const narrow = [3, 1, 2, 6, 7, 5];

function int80({ number, words: given }: Call): Buffer {
  const moves = [number, ...given].map((word, index) => {
    const register = index === 0 ? 0 : (narrow[index - 1] ?? 0);
    const value = word === 'memory' ? 0 : word;
    return Buffer.concat([Buffer.from([0xb8 | register]), words(value)]);
  });
  // The answer has 32 bits; its sign is carried on.
  return Buffer.concat([...moves, Buffer.from([0xcd, 0x80, 0x48, 0x63, 0xc0])]);
}

const x64Numbers = { write: 1, exit: 231 };

function x64Code(asked: Buffer): (markAt: number) => Buffer {
  return (markAt) =>
    Buffer.concat([
      syscall({ number: x64Numbers.write, words: [1, markAt, mark.length] }),
      asked,
      // mov rdi, rax; neg rdi; cmp rdi, 4095; jbe over; xor edi, edi
      Buffer.from([0x48, 0x89, 0xc7, 0x48, 0xf7, 0xdf, 0x48, 0x81, 0xff, 0xff, 0x0f, 0, 0]),
      Buffer.from([0x76, 2, 0x31, 0xff]),
      Buffer.from([0x48, 0xb8]),
      longs(x64Numbers.exit),
      Buffer.from([0x0f, 5]),
    ]);
}

function i386Code(call: Call): (markAt: number) => Buffer {
  // The same instructions but for the last, which carries a sign that is not needed here.
  const ask = (one: Call): Buffer => int80(one).subarray(0, -3);
  return (markAt) =>
    Buffer.concat([
      ask({ number: 4, words: [1, markAt, mark.length] }),
      ask(call),
      // mov ebx, eax; neg ebx; cmp ebx, 4095; jbe over; xor ebx, ebx; mov eax, exit; int 0x80
      Buffer.from([0x89, 0xc3, 0xf7, 0xdb, 0x81, 0xfb, 0xff, 0x0f, 0, 0, 0x76, 2, 0x31, 0xdb]),
      Buffer.from([0xb8, 1, 0, 0, 0, 0xcd, 0x80]),
    ]);
}

const arm64Numbers = { write: 64, exit: 94 };
const numberRegister = 8;

function arm64Code(call: Call): (markAt: number) => Buffer {
  return (markAt) =>
    Buffer.concat([
      svc({ number: arm64Numbers.write, words: [1, markAt, mark.length] }),
      svc(call),
      // neg x0, x0; cmp x0, 4095; b.ls over; mov x0, 0
      words(0xcb00_03e0, 0xf13f_fc1f, 0x5400_0049, 0xd280_0000),
      svc({ number: arm64Numbers.exit, words: [] }),
    ]);
}

function svc({ number, words: given }: Call): Buffer {
  const moves = given.map((word, index) =>
    word === 'memory' ? words(0x9100_03e0 | index) : moveWide(index, word),
  );
  return Buffer.concat([...moves, moveWide(numberRegister, number), words(0xd400_0001)]);
}

/** movz and three movk: sixteen bits each. */
function moveWide(register: number, value: number): Buffer {
  const bytes = longs(value);
  return words(
    ...[0, 1, 2, 3].map((part) => {
      const code = part === 0 ? 0xd280_0000 : 0xf280_0000;
      return code | (part << 21) | (bytes.readUInt16LE(part * 2) << 5) | register;
    }),
  );
}
