import { describe, expect, it } from 'vitest';
import { insertMention, mentionAt } from './mention';

describe('mentions', () => {
  it('are seen at the caret, not in an address', () => {
    expect(mentionAt('привет @Ири', 11)).toEqual({ from: 7, q: 'Ири' });
    expect(mentionAt('@', 1)).toEqual({ from: 0, q: '' });
    expect(mentionAt('a@b', 3)).toBeNull();
  });
  it('become links', () => {
    expect(insertMention('привет @Ири', 7, 11, { id: 12, name: 'Ирина [1С]' })).toEqual({ text: 'привет [@Ирина 1С](/users/12) ', caret: 30 });
  });
});
