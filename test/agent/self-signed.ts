/** A certificate for 127.0.0.1 that nobody but itself has signed, made anew so that no key lies in the repository. */
import { generateKeyPairSync, sign } from 'node:crypto';

function der(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const bytes = Buffer.from(body.length.toString(16).padStart(4, '0'), 'hex');
  const long = body.length < 256 ? [0x81, body.length] : [0x82, ...bytes];
  const length = body.length < 128 ? [body.length] : long;
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const [integer, bits, sequence, set, version, text, time] = [2, 3, 0x30, 0x31, 0xa0, 12, 0x18];
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');
const commonName = Buffer.from('0603550403', 'hex');

/** Key and certificate as PEM. */
export function selfSigned(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(sequence, ecdsaWithSha256);
  const name = der(sequence, der(set, der(sequence, commonName, der(text, '127.0.0.1'))));
  const body = der(
    sequence,
    der(version, der(integer, Buffer.from([2]))),
    der(integer, Buffer.from([1])),
    algorithm,
    name,
    der(sequence, der(time, '20200101000000Z'), der(time, '20991231000000Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const base64 = der(sequence, body, algorithm, der(bits, signature)).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}
