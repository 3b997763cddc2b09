import type { Browser, Page } from '@playwright/test';
import { animatedWebp, type WebpFrame } from './animated-webp.ts';

/** Pictures of the page one after the other, for as long as something is done in it. An animated WebP. */
export async function film(browser: Browser, page: Page, action: () => Promise<void>): Promise<Buffer> {
  const shots: { readonly png: Buffer; readonly atMs: number }[] = [];
  const shoot = async (): Promise<void> => {
    const atMs = performance.now();
    shots.push({ atMs, png: await page.screenshot() });
  };
  // How it begins and how it ends are seen however slow the machine is.
  await shoot();
  let over = false;
  const acted = action().finally(() => {
    over = true;
  });
  while (!over) await shoot();
  await acted;
  await shoot();
  const endMs = performance.now();
  const studio = await browser.newPage();
  const frames: WebpFrame[] = [];
  for (const [index, { png, atMs }] of shots.entries()) {
    const durationMs = Math.round((shots[index + 1]?.atMs ?? endMs) - atMs);
    const changed = await studio.evaluate(whatChanged, png.toString('base64'));
    const last = frames.at(-1);
    if (changed !== undefined) frames.push({ ...changed, file: Buffer.from(changed.file, 'base64'), durationMs });
    else if (last !== undefined) frames[frames.length - 1] = { ...last, durationMs: last.durationMs + durationMs };
  }
  await studio.close();
  return animatedWebp(page.viewportSize() ?? { width: 0, height: 0 }, frames);
}

/** Runs in a page: the part of a picture that differs from the picture before, as WebP; undefined when none does. */
async function whatChanged(png: string) {
  const memory = globalThis as { before?: ImageData };
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('no canvas');
  context.drawImage(picture, 0, 0);
  const now = context.getImageData(0, 0, width, height);
  const pixels = new Uint32Array(now.data.buffer);
  const old = memory.before && new Uint32Array(memory.before.data.buffer);
  memory.before = now;
  let [left, top, right, bottom] = old === undefined ? [0, 0, width, height] : [width, height, 0, 0];
  for (let at = 0; old !== undefined && at < pixels.length; at++) {
    if (pixels[at] === old[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  if (right <= left) return undefined;
  // Places are told in steps of two.
  const [x, y] = [left - (left % 2), top - (top % 2)];
  const part = new OffscreenCanvas(right - x, bottom - y);
  part.getContext('2d', { alpha: false })?.drawImage(canvas, -x, -y);
  const bytes = new Uint8Array(await (await part.convertToBlob({ type: 'image/webp', quality: 0.8 })).arrayBuffer());
  let file = '';
  for (const byte of bytes) file += String.fromCharCode(byte);
  return { file: btoa(file), x, y, width: right - x, height: bottom - y };
}
