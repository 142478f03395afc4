// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Markdown } from './Markdown';

vi.mock('@tanstack/react-router', () => ({ useRouter: () => ({ history: { push: vi.fn() } }) }));
vi.mock('../api/taskrefs', () => ({ useTaskRefs: () => () => ({ id: 1, key: 'ERP-1', title: 'Собрать требования', status: 'done' }) }));
afterEach(cleanup);

it('says which box was ticked', async () => {
  const onTick = vi.fn();
  render(<Markdown text={'- [x] один\n- [ ] два'} onTick={onTick} />);
  await userEvent.click(screen.getByRole('checkbox', { name: 'два' }));
  expect(onTick).toHaveBeenCalledWith(1, true);
});
it('leaves the boxes of a reader alone', () => {
  render(<Markdown text="- [ ] один" />);
  expect(screen.getByRole<HTMLInputElement>('checkbox').disabled).toBe(true);
});
it('shows what a key stands for', () => {
  render(<Markdown text="см. ERP-1" />);
  expect(screen.getByRole('link').textContent).toContain('Собрать требования');
});
