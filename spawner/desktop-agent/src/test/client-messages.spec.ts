import { InputDetector } from '../rfb/client-messages.js';

const handshake = new Uint8Array(14);
const KEY = [4, 1, 0, 0, 0, 0, 0, 97];
const POINTER = [5, 0, 0, 10, 0, 10];
const UPDATE = [3, 1, 0, 0, 0, 0, 4, 0, 3, 0];

function feed(bytes: number[], chunk = Infinity): { inputs: number; inStep: boolean } {
  let inputs = 0;
  const detector = new InputDetector(() => inputs++);
  const all = Uint8Array.from([...handshake, ...bytes]);
  for (let at = 0; at < all.length; at += Math.min(chunk, all.length)) {
    detector.push(all.subarray(at, at + chunk));
  }
  return { inputs, inStep: detector.synchronised };
}

describe('InputDetector', () => {
  it.each([
    ['SetPixelFormat', [0, ...new Array(19).fill(5)]],
    ['SetEncodings', [2, 0, 0, 2, 4, 4, 4, 4, 5, 5, 5, 5]],
    ['FramebufferUpdateRequest', UPDATE],
    ['EnableContinuousUpdates', [150, 1, 0, 0, 0, 0, 4, 0, 3, 0]],
    ['ClientFence', [248, 0, 0, 0, 0, 0, 0, 1, 3, 4, 5, 6]],
    ['xvp', [250, 0, 1, 2]],
    ['SetDesktopSize', [251, 0, 4, 0, 3, 0, 1, 0, ...new Array(16).fill(4)]],
    ['an empty ClientCutText', [6, 0, 0, 0, 0, 0, 0, 0]],
    ['extended clipboard capabilities', [6, 0, 0, 0, 255, 255, 255, 248, 1, 0, 0, 1, 4, 4, 4, 4]]
  ])('takes %s for traffic, not for input, and stays in step', (_name, bytes) => {
    expect(feed(bytes)).toEqual({ inputs: 0, inStep: true });
    expect(feed([...bytes, ...KEY], 1)).toEqual({ inputs: 1, inStep: true });
  });

  it.each([
    ['a key', KEY],
    ['the pointer', POINTER],
    ['the extended pointer', [5, 0x81, 0, 1, 0, 1, 1]],
    ['a QEMU key', [255, 0, 0, 1, 0, 0, 0, 97, 0, 0, 0, 30]],
    ['the clipboard', [6, 0, 0, 0, 0, 0, 0, 2, 104, 105]],
    ['an announced clipboard', [6, 0, 0, 0, 255, 255, 255, 252, 8, 0, 0, 1]]
  ])('sees %s however it is cut', (_name, bytes) => {
    for (const chunk of [1, 3, 7, Infinity]) {
      expect(feed([...UPDATE, ...bytes, ...UPDATE, ...bytes], chunk).inStep).toBe(true);
      expect(feed([...UPDATE, ...bytes], chunk).inputs).toBe(1);
    }
    expect(feed([...bytes, ...bytes], 1).inputs).toBe(2);
  });

  it('stops guessing after an unknown message', () => {
    expect(feed([99, ...KEY])).toEqual({ inputs: 0, inStep: false });
  });
});
