import type { Program } from '@tabernetes/node-api';

/** perl, as far as the Job of the documentation goes: `print bpi(N)` prints N digits of pi. Every other script is refused. */
export const perl: Program = async (process) => {
  const script = process.argv.find((arg) => arg.includes('bpi('));
  const digits = Number(/bpi\((\d+)\)/.exec(script ?? '')?.[1] ?? 0);
  if (digits === 0) {
    await process.stderr.write("Can't run this script: the simulated perl knows `print bpi(N)` alone.\n");
    // What perl's own die leaves.
    return 255;
  }
  process.usage({ cpuMillicores: 900 });
  // What the real one takes is in the order of seconds.
  await process.sleep(digits * 2);
  const shown = pi(digits);
  await process.stdout.write(`${shown}\n`);
  return 0;
};

/** Pi with this many digits, by Machin's formula, the last one rounded. */
export function pi(digits: number): string {
  const spare = 10n;
  const unit = 10n ** (BigInt(digits) - 1n + spare);
  const arctan = (inverse: bigint): bigint => {
    let term = unit / inverse;
    let sum = term;
    for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
      term /= inverse * inverse;
      sum += (sign * term) / n;
    }
    return sum;
  };
  const scaled = 4n * (4n * arctan(5n) - arctan(239n));
  const rounded = (scaled + 5n * 10n ** (spare - 1n)) / 10n ** spare;
  const text = rounded.toString();
  return text.length === 1 ? text : `${text[0]}.${text.slice(1)}`;
}
