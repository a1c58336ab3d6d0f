/** The outline of a file, in every language that has a grammar and in those that have none. */
import { expect, test } from 'vitest';
import { ask, folderOf } from './ask.ts';

const files: Readonly<Record<string, string>> = {
  'a.ts': `import x from 'y';
/** A shape. */
export interface Shape<T> extends Base {
  readonly area: number;
  scale(by: number): T;
}
export type Id = string | number;
export const limit = 3;
export const double = (n: number): number => {
  const local = n;
  return local * 2;
};
@decorated()
export default abstract class Box<T> implements Shape<T> {
  #width = 1;
  constructor(width: number) { this.#width = width; }
  async open(
    key: string,
  ): Promise<void> {
    function inner() {}
  }
}
enum Colour { red }
declare module 'm' { function outer(): void; }
`,
  'a.tsx': `export function View({ a }: Props) { return <p>{a}</p>; }\n`,
  'a.mjs': `class A { static of() {} }\nfunction* walk() {}\nconst run = async () => {};\n`,
  'a.py': `LIMIT = 3

@cached
def area(width: int, *rest) -> int:
    inside = 1
    return inside

class Box(Base):
    size: int = 1
    async def open(self):
        pass
`,
  'a.go': `package a

type Box[T any] struct {
	width int
}

const (
	Small = 1
	Large = 2
)

func (b *Box[T]) Open(key string) error {
	return nil
}
`,
  'A.java': `package a;
public class A<T> extends B {
  private final int size = 1;
  public A(int size) { }
  @Override public <R> R open(String key) throws IOException { return null; }
  interface Inner { void run(); }
}
`,
  'a.rs': `pub struct Box { width: u8 }
impl Shape for Box {
    pub fn open(&self, key: &str) -> Result<(), E> { Ok(()) }
}
pub trait Shape { fn area(&self) -> u8; }
macro_rules! m { () => {} }
`,
  'a.rb': `module Shapes
  class Box < Base
    def open(key)
    end
    def self.of
    end
  end
end
`,
  'a.cpp': `namespace shapes {
template <typename T>
class Box : public Base {
 public:
  int open(const char *key);
};
}
int main(int argc, char **argv) { return 0; }
`,
  'a.cs': `namespace Shapes {
  public class Box : Base {
    public int Width { get; set; }
    public async Task Open(string key) { }
  }
}
`,
  'a.php': `<?php
namespace Shapes;
final class Box extends Base {
  public function open(string $key): void { }
}
function area(int $a): int { return $a; }
`,
  'a.sh': `set -e\nopen() {\n  echo "$1"\n}\n`,
};

const folder = folderOf(files);

async function outlineOf(path: string): Promise<string> {
  const { exitCode, text } = await ask('outline', { path }, folder);
  expect(exitCode).toBe(0);
  return text.replace(/\n\[[^\n]*\]$/u, '');
}

const expected: Readonly<Record<string, string>> = {
  'a.ts': `3-6: export interface Shape<T> extends Base
  4: readonly area: number
  5: scale(by: number): T
7: export type Id = string | number;
8: export const limit
9-12: export const double = (n: number): number
13-22: @decorated() export default abstract class Box<T> implements Shape<T>
  15: #width
  16: constructor(width: number)
  17-21: async open( key: string, ): Promise<void>
23: enum Colour
24: declare module 'm'
  24: function outer(): void;`,
  'a.tsx': `1: export function View({ a }: Props)`,
  'a.mjs': `1: class A\n  1: static of()\n2: function* walk()\n3: const run = async ()`,
  'a.py': `1: LIMIT
3-6: @cached def area(width: int, *rest) -> int:
8-11: class Box(Base):
  9: size: int
  10-11: async def open(self):`,
  'a.go': `3-5: type Box[T any]
8: Small
9: Large
12-14: func (b *Box[T]) Open(key string) error`,
  'A.java': `2-7: public class A<T> extends B
  3: private final int size = 1;
  4: public A(int size)
  5: @Override public <R> R open(String key) throws IOException
  6: interface Inner
    6: void run();`,
  'a.rs': `1: pub struct Box
2-4: impl Shape for Box
  3: pub fn open(&self, key: &str) -> Result<(), E>
5: pub trait Shape
  5: fn area(&self) -> u8;
6: macro_rules! m { () => {} }`,
  'a.rb': `1-8: module Shapes
  2-7: class Box < Base
    3-4: def open(key)
    5-6: def self.of`,
  'a.cpp': `1-7: namespace shapes
  2-6: template <typename T> class Box : public Base
    5: int open(const char *key)
8: int main(int argc, char **argv)`,
  'a.cs': `1-6: namespace Shapes
  2-5: public class Box : Base
    3: public int Width { get; set; }
    4: public async Task Open(string key)`,
  'a.php': `2: namespace Shapes;
3-5: final class Box extends Base
  4: public function open(string $key): void
6: function area(int $a): int`,
  'a.sh': `2-4: open()`,
};

test.each(Object.keys(expected))('%s is outlined by its grammar', async (path) => {
  expect(await outlineOf(path)).toBe(expected[path]);
});

test('a language without a grammar is outlined by the look of its lines', async () => {
  const at = folderOf({
    'a.kt': 'package a\n\nclass Box(val size: Int) {\n  fun open(key: String) {\n  }\n}\n',
    'a.md': '# Top\n\ntext\n\n## Below\n',
    'a.txt': 'nothing here\n',
  });
  expect((await ask('outline', { path: 'a.kt' }, at)).text).toBe(
    '1: package a\n3: class Box(val size: Int) {\n  4: fun open(key: String) {\n[a.kt has 6 lines.]',
  );
  expect((await ask('outline', { path: 'a.md' }, at)).text).toBe(
    '1: # Top\n  5: ## Below\n[a.md has 5 lines.]',
  );
  expect((await ask('outline', { path: 'a.txt' }, at)).text).toBe(
    '[No definitions seen in a.txt; read it: 1 lines.]',
  );
});

test('a file made to break parsers is answered all the same', async () => {
  const at = folderOf({
    'deep.js': `${'('.repeat(20_000)}${')'.repeat(20_000)};\nfunction f() {}\n`,
  });
  const { exitCode, text } = await ask('outline', { path: 'deep.js' }, at);
  expect(exitCode).toBe(0);
  expect(text).toContain('deep.js');
});

test('an outline that is too long is cut, and says so', async () => {
  const many = Array.from({ length: 500 }, (_, n) => `function f${String(n)}() {}\n`).join('');
  const { text } = await ask('outline', { path: 'many.js' }, folderOf({ 'many.js': many }));
  expect(text.split('\n')).toHaveLength(401);
  expect(text.split('\n').at(-1)).toBe(
    '[many.js has 500 lines. Cut: 100 more; search for a name instead.]',
  );
});
