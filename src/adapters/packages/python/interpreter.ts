/** The Python that the sandbox has: what markers and the names of wheels are compared with. */
import { z } from 'zod';
import type { Sandbox } from '#ports/sandbox.ts';

export const program = ['python3', '-IS', '/opt/tools/src/inside/wheels.py'] as const;

const word = z.string().max(200);
const Facts = z.object({
  os_name: word,
  sys_platform: word,
  platform_machine: word,
  platform_python_implementation: word,
  platform_release: word,
  platform_system: word,
  platform_version: word,
  python_version: word.regex(/^3\.\d+$/u),
  python_full_version: word,
  implementation_name: word,
  implementation_version: word,
  /** Null where it is built on another C library. */
  glibc: z
    .string()
    .regex(/^2\.\d+$/u)
    .nullable(),
});
export type Interpreter = Readonly<z.infer<typeof Facts>>;

/** Undefined where there is none that can be used. Nothing of a repository is there when it is asked. */
export async function askInterpreter(sandbox: Sandbox): Promise<Interpreter | undefined> {
  const workspace = await sandbox.open([]);
  try {
    const { exitCode, stdout } = await workspace.exec({
      argv: [...program, 'facts'],
      purpose: 'tool',
    });
    if (exitCode !== 0) return undefined;
    const read = Facts.safeParse(JSON.parse(stdout));
    return read.success ? read.data : undefined;
  } finally {
    await workspace.close();
  }
}
