import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoff, LiveConnection } from './live';

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 1;
  sent: string[] = [];
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}
const last = () => FakeSocket.all.at(-1)!;
let tickets: number;
const make = () =>
  new LiveConnection({
    ticket: async () => ({ ticket: String(++tickets) }),
    open: () => new FakeSocket() as unknown as WebSocket,
    random: () => 1,
  });
beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  tickets = 0;
});
afterEach(() => vi.useRealTimers());

describe('live connection', () => {
  it('waits longer each time, up to half a minute', () => {
    expect([0, 1, 2, 20].map((n) => backoff(n, () => 1))).toEqual([500, 1000, 2000, 30_000]);
    expect(backoff(2, () => 0)).toBe(500);
  });
  it('takes a new ticket and resumes from the last position after a break', async () => {
    const live = make();
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    last().say({ type: 'hello', position: 10, user_id: 1 });
    expect(live.state).toBe('live');
    last().say({ type: 'event', position: 12, event: {} });
    last().onclose?.();
    expect(live.state).toBe('waiting');
    await vi.advanceTimersByTimeAsync(600);
    expect(tickets).toBe(2);
    last().say({ type: 'hello', position: 99, user_id: 1 });
    expect(last().sent).toContain(JSON.stringify({ type: 'resume', position: 12 }));
    live.stop();
  });
  it('subscribes again to what is open, and leaves with the last watcher', async () => {
    const live = make();
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    last().say({ type: 'hello', position: 1, user_id: 1 });
    const one = live.watch(7);
    const two = live.watch(7);
    one();
    expect(last().sent.filter((s) => s.includes('subscribe'))).toHaveLength(1);
    two();
    expect(last().sent.at(-1)).toBe(JSON.stringify({ type: 'unsubscribe', task_id: 7 }));
    live.stop();
  });
  it('gives up a silent socket', async () => {
    const live = make();
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    last().say({ type: 'hello', position: 1, user_id: 1 });
    await vi.advanceTimersByTimeAsync(51_000);
    expect(tickets).toBe(2);
    live.stop();
  });
});
