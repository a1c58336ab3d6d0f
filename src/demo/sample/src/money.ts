/** Amounts of money as whole cents. */
export type Cents = number;

const shape = /^(-?)(\d+)(?:\.(\d{1,2}))?$/;

/** Reads "12", "12.5" or "-12.50". Throws RangeError on anything else. */
export function parseAmount(text: string): Cents {
  const match = shape.exec(text.trim());
  if (match === null) throw new RangeError(`not an amount: "${text}"`);
  const [, sign, whole = '0', fraction = ''] = match;
  const cents = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return sign === '-' ? -cents : cents;
}

/** "12.50", "-0.05". */
export function formatAmount(cents: Cents): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
