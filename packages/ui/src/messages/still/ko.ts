import type { StillMessages } from './en.ts';

export const ko: StillMessages = {
  run: '실행',
  title: '쿠버네티스 클러스터',
  cannotRun: (why) => `실행할 수 없습니다: ${why}`,
  workerFails: (why) => `클러스터의 워커를 불러올 수 없습니다${why === '' ? '' : `: ${why}`}.`,
  cannotRead: (address, why) => `${address} 을(를) 읽을 수 없습니다: ${why}`,
  notANumber: (name, text, most) => `${name}="${text}": 0부터 ${most}까지의 숫자여야 합니다`,
  noneOf: (name, word, known) => `${name}: "${word}" 은(는) 쓸 수 없습니다. 가능한 값: ${known.join(', ')}`,
};
