import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { film } from './film.ts';

interface Decoded {
  readonly count: number;
  readonly corners: readonly string[];
}

describe.skipIf(noBrowser !== '')(`the film of the README, in Chromium${noBrowser}`, () => {
  const site = builtSite();
  let page: Awaited<ReturnType<typeof site.browser.newPage>>;
  beforeAll(async () => {
    page = await site.browser.newPage({ viewport: { width: 64, height: 48 } });
    await page.goto(`${site.url}/manifest.webmanifest`);
  });
  afterAll(() => page.close());

  test('each frame shows what has changed over those before it', async () => {
    await page.setContent(
      '<body style="background:#000"><div style="position:fixed;inset:30px 0 0 41px;background:#000">',
    );
    const bytes = await film(site.browser, page, async () => {
      await page.waitForTimeout(300);
      await page.locator('div').evaluate((element) => element.style.setProperty('background', '#fff'));
      await page.waitForTimeout(300);
    });
    const decoded = await page.evaluate(async (base64): Promise<Decoded> => {
      const data = await (await fetch(`data:image/webp;base64,${base64}`)).arrayBuffer();
      const decoder = new ImageDecoder({ data, type: 'image/webp' });
      await Promise.all([decoder.tracks.ready, decoder.completed]);
      const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
      const canvas = new OffscreenCanvas(64, 48);
      const context = canvas.getContext('2d');
      const corners: string[] = [];
      for (const frameIndex of [0, count - 1]) {
        const { image } = await decoder.decode({ frameIndex });
        context?.drawImage(image, 0, 0);
        for (const [x, y] of [
          [2, 2],
          [60, 44],
        ] as const)
          corners.push((context?.getImageData(x, y, 1, 1).data[0] ?? 0) > 128 ? 'white' : 'black');
      }
      return { count, corners };
    }, bytes.toString('base64'));
    expect(decoded).toEqual({ count: 2, corners: ['black', 'black', 'black', 'white'] });
  });
});
