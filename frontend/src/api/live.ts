import type { LiveFrame } from './types';
import { asProblem } from './problem';

export type LiveState = 'off' | 'connecting' | 'live' | 'waiting';

export interface LiveDeps {
  ticket(): Promise<{ ticket: string }>;
  open(ticket: string): WebSocket;
  random?(): number;
}

const PING_EVERY = 25_000;
const SILENCE = 45_000;
const LONGEST = 30_000;

/** Full jitter: somewhere between a quarter of the step and the step. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const step = Math.min(LONGEST, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(step * (0.25 + 0.75 * random()));
}

/**
 * One socket per tab: ticket, connect, resume from the last position seen, and again when it
 * breaks. Frames go to listeners; the state is shown quietly by the shell.
 */
export class LiveConnection {
  state: LiveState = 'off';
  position: number | null = null;
  private socket: WebSocket | null = null;
  private attempt = 0;
  private wanted = false;
  private run = 0;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private beat: ReturnType<typeof setInterval> | null = null;
  private heard = 0;
  private tasks = new Map<number, number>();
  private frames = new Set<(frame: LiveFrame) => void>();
  private states = new Set<() => void>();

  constructor(private readonly deps: LiveDeps) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    addEventListener('online', this.wake);
    document.addEventListener('visibilitychange', this.wake);
    void this.connect();
  }

  stop(): void {
    this.wanted = false;
    this.run++;
    removeEventListener('online', this.wake);
    document.removeEventListener('visibilitychange', this.wake);
    this.drop();
    this.position = null;
    this.attempt = 0;
    this.set('off');
  }

  onFrame(listener: (frame: LiveFrame) => void): () => void {
    this.frames.add(listener);
    return () => this.frames.delete(listener);
  }

  onState = (listener: () => void): (() => void) => {
    this.states.add(listener);
    return () => this.states.delete(listener);
  };

  /** Says that a task is open here: its presence comes in until the returned function is called. */
  watch(task: number): () => void {
    const count = this.tasks.get(task) ?? 0;
    this.tasks.set(task, count + 1);
    if (count === 0) this.send({ type: 'subscribe', task_id: task });
    return () => {
      const left = (this.tasks.get(task) ?? 1) - 1;
      if (left > 0) this.tasks.set(task, left);
      else {
        this.tasks.delete(task);
        this.send({ type: 'unsubscribe', task_id: task });
      }
    };
  }

  private wake = () => {
    if (this.wanted && this.state === 'waiting' && document.visibilityState !== 'hidden') void this.connect();
  };

  private set(state: LiveState) {
    if (this.state === state) return;
    this.state = state;
    for (const listener of [...this.states]) listener();
  }

  private drop() {
    if (this.retry) clearTimeout(this.retry);
    if (this.beat) clearInterval(this.beat);
    this.retry = this.beat = null;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private async connect() {
    const run = ++this.run;
    this.drop();
    this.set('connecting');
    let ticket: string;
    try {
      ({ ticket } = await this.deps.ticket());
    } catch (error) {
      if (run !== this.run) return;
      // Signed out: the session store ends the connection; nothing to repeat here.
      if (asProblem(error).status === 401) return this.set('off');
      return this.later();
    }
    if (run !== this.run || !this.wanted) return;
    const socket = this.deps.open(ticket);
    this.socket = socket;
    this.heard = Date.now();
    socket.onmessage = (message) => {
      if (socket === this.socket) this.receive(String(message.data));
    };
    socket.onclose = () => {
      if (socket === this.socket) this.later();
    };
    this.beat = setInterval(() => {
      if (Date.now() - this.heard > SILENCE) {
        this.drop();
        this.later();
      } else this.send({ type: 'ping' });
    }, PING_EVERY);
  }

  private later() {
    this.drop();
    if (!this.wanted) return;
    this.set('waiting');
    this.retry = setTimeout(() => void this.connect(), backoff(this.attempt++, this.deps.random));
  }

  private receive(text: string) {
    this.heard = Date.now();
    let frame: LiveFrame;
    try {
      frame = JSON.parse(text) as LiveFrame;
    } catch {
      return;
    }
    if (frame.type === 'hello') {
      this.attempt = 0;
      if (this.position !== null) this.send({ type: 'resume', position: this.position });
      else this.position = frame.position;
      for (const task of this.tasks.keys()) this.send({ type: 'subscribe', task_id: task });
      this.set('live');
    }
    if (frame.type === 'reset' && frame.position !== undefined) this.position = frame.position;
    if (frame.type === 'event' && frame.position > (this.position ?? 0)) this.position = frame.position;
    for (const listener of [...this.frames]) listener(frame);
  }

  private send(frame: object) {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }
}
