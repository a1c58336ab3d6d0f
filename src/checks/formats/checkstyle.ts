/** Reads Checkstyle's XML, which most linters can write. */
import { readXml, type Element } from '#checks/parsers/xml.ts';
import { levelOf, pathIn, reportOf, type FormatReader } from '#checks/format.ts';

export const checkstyleReport: FormatReader = (text, { root }) => {
  const top = readXml(text);
  if (top?.name !== 'checkstyle') return undefined;
  return reportOf(
    top.children
      .filter(({ name }) => name === 'file')
      .flatMap((file) => {
        const path = pathIn(file.attributes.get('name') ?? '', root);
        return file.children
          .filter(({ name }) => name === 'error')
          .map((error) => (path === undefined ? undefined : { ...saidOf(error), path }));
      }),
  );
};

function saidOf({ attributes }: Element) {
  return {
    rule: attributes.get('source') ?? 'none',
    level: levelOf(attributes.get('severity')),
    message: attributes.get('message') ?? '',
    line: Number(attributes.get('line') ?? NaN),
  };
}
