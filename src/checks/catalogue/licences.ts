/** Licences: what packages ask of whoever ships them, from lockfiles that say so and from what is installed. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import { isAllowed, weightOf, type LicenceTerms } from '#core/licence.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import type { Dependency } from '#checks/dependencies/dependency.ts';
import { isDependencyFile, readDependencies, type Placed } from '#checks/dependencies/read-all.ts';
import { jsonOf } from '#checks/parsers/parser.ts';

export function licencesCheck(terms: LicenceTerms): Check {
  return {
    name: 'licences',
    about: 'No package asks more of whoever ships this than is allowed.',
    needs: [],
    scope: 'project',
    trusted: true,
    wants: { test: isDependencyFile },
    largest: 16 * 1024 * 1024,
    options: terms,
    configured: ({ allow, deny }) => licencesCheck({ allow, deny }),
    isFitting: ({ paths }) => Promise.resolve(paths.some(isDependencyFile)),
    look: (side) => lookWith(terms, side),
  };
}

/** Strong copyleft and licences that nobody knows are told. */
export const licences: Check = licencesCheck({});

async function lookWith(terms: LicenceTerms, side: Side): Promise<Looked> {
  const facts = await readDependencies(
    side.files,
    side.targets.map(({ path }) => path),
  );
  const silent = facts.dependencies.some(({ licence }) => licence === null);
  const installed = silent ? await installedLicences(side) : new Map<string, string>();
  const said = facts.dependencies.flatMap((each) => {
    const licence = each.licence ?? installed.get(`${each.ecosystem} ${each.name}`);
    // Of what is not installed nothing is known, not even that it has none.
    return licence === undefined ? [] : ofLicence(each, licence, terms);
  });
  return { said, unread: facts.unread };
}

const Line = z.object({ ecosystem: z.string(), name: z.string(), licence: z.string() });

/** By ecosystem and name; empty where nothing is installed. */
async function installedLicences(side: Side) {
  if (side.packagesProblem !== null) return new Map<string, string>();
  const workspace = await side.workspace();
  const argv = ['node', '/opt/tools/src/inside/licences.ts'];
  const { stdout } = await workspace.exec({ argv, purpose: 'tool' });
  return new Map(
    stdout.split('\n').flatMap((line): readonly [string, string][] => {
      const { data } = Line.safeParse(jsonOf(line));
      return data === undefined ? [] : [[`${data.ecosystem} ${data.name}`, data.licence]];
    }),
  );
}

function ofLicence(
  { name, path, line }: Placed<Dependency>,
  licence: string,
  terms: LicenceTerms,
): readonly Said[] {
  const shown = licence.slice(0, 100);
  const allowed = isAllowed(licence, terms);
  if (allowed === true) return [];
  if (allowed === false) {
    const message = `${name} is under ${shown}, which the settings do not allow.`;
    return [{ rule: 'not-allowed', level: 'error', message, path, line }];
  }
  const weight = weightOf(licence);
  if (weight === 'strong') {
    const message = `${name} is under ${shown}: what is built with it may have to be given away under the same terms.`;
    return [{ rule: 'copyleft', level: 'warning', message, path, line }];
  }
  if (weight !== 'unknown') return [];
  const message = `What ${name} asks of whoever ships it is not known: it says "${shown}".`;
  return [{ rule: 'unknown-licence', level: 'warning', message, path, line }];
}
