import { decodeBase64, goQuote } from '@tabernetes/apimachinery';
import { BIT_STRING, DerProblem, derChildren, derElement, expectEnd, expectTag, INTEGER, SEQUENCE } from './der.ts';
import { pemBlocks } from './pem.ts';

/**
 * What is wrong with a request for a certificate: PEM in base64.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/certificates/helpers.go ParseCSR
 */
export function certificateRequestProblem(request: string | undefined): string | undefined {
  const [block] = pemBlocks(text(request));
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  return derProblem(() => {
    const { bytes } = block;
    const outer = expectTag(derElement(bytes, 0), SEQUENCE, 'certificateRequest @2');
    const [info, algorithm, signature] = derChildren(bytes, outer);
    const body = expectTag(info, SEQUENCE, 'tbsCertificateRequest @2');
    expectTag(algorithm, SEQUENCE, 'AlgorithmIdentifier @2');
    expectTag(signature, BIT_STRING, 'BitString @2');
    expectEnd(bytes, outer);
    const [version, subject, key] = derChildren(bytes, body);
    expectTag(version, INTEGER, 'int @2');
    expectTag(subject, SEQUENCE, 'RawValue @2');
    expectTag(key, SEQUENCE, 'publicKeyInfo @2');
  });
}

/**
 * What is wrong with issued certificates: PEM in base64. Nothing is fine.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/certificates/validation/validation.go validateCertificate
 */
export function certificateProblem(certificate: string | undefined): string | undefined {
  const pem = text(certificate);
  if (pem === '') return undefined;
  const blocks = pemBlocks(pem);
  for (const { type, hasHeaders, bytes } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(type)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates';
    const problem = x509Problem(bytes);
    if (problem !== undefined) return problem;
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

/**
 * Why a client would not take certificates (PEM in base64) for authorities: none of them can be read.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/transport/transport.go rootCertPool
 */
export function authoritiesProblem(bundle: string): string | undefined {
  const blocks = pemBlocks(text(bundle));
  const problems = blocks
    .filter(({ type, hasHeaders }) => type === 'CERTIFICATE' && !hasHeaders)
    .map(({ bytes }) => x509Problem(bytes));
  if (problems.includes(undefined)) return undefined;
  const [problem] = problems;
  const none = blocks.length === 0 ? 'unable to parse bytes as PEM block' : 'no valid certificate authority data seen';
  return `unable to load root certificates: ${problem === undefined ? none : `failed to parse certificate: ${problem}`}`;
}

function x509Problem(bytes: Uint8Array): string | undefined {
  try {
    const outer = derElement(bytes, 0);
    const [body, algorithm, signature] = derChildren(bytes, outer);
    if (outer.tag !== SEQUENCE) return 'x509: malformed certificate';
    if (body?.tag !== SEQUENCE) return 'x509: malformed tbs certificate';
    if (algorithm?.tag !== SEQUENCE) return 'x509: malformed signature algorithm identifier';
    return signature?.tag === BIT_STRING ? undefined : 'x509: malformed signature';
  } catch (error) {
    if (error instanceof DerProblem) return 'x509: malformed certificate';
    throw error;
  }
}

function derProblem(read: () => void): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof DerProblem) return error.message;
    throw error;
  }
}

/** Bytes as a text of the same codes: what is not ASCII is no part of a block anyway. */
const text = (base64: string | undefined): string =>
  base64 ? new TextDecoder('latin1').decode(decodeBase64(base64)) : '';
