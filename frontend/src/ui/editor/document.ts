import type { Node, Schema } from '@milkdown/prose/model';
import { looks, plain, splitSource } from './source';

/** How Markdown becomes a document and back; given by the editor. */
export interface Engine {
  schema: Schema;
  parse(markdown: string): Node;
  write(doc: Node): string;
}

interface Block {
  /** As the writer would put it: how an untouched block is known again. */
  canon: string;
  text: string;
  gap: string;
}

const isList = (node: Node) => node.type.name === 'bullet_list' || node.type.name === 'ordered_list';
const URL = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,:;!?)\]}]/g;

/**
 * A document that remembers its source. What nobody touched is written back letter by letter; a
 * block that the editor cannot hold faithfully is shown and edited as its own text.
 */
export class RememberingDocument {
  private lead = '';
  private source = '';
  private blocks: Block[] = [];
  private readonly written = new WeakMap<Node, string>();

  constructor(private readonly engine: Engine) {}

  read(markdown: string): Node {
    const { schema } = this.engine;
    const parts = splitSource(markdown);
    this.source = markdown;
    this.lead = parts.lead;
    this.blocks = [];
    const nodes: Node[] = [];
    for (const block of parts.blocks) {
      for (const node of this.readBlock(block.text, parts.definitions)) {
        nodes.push(node);
        const canon = this.canon(node);
        this.blocks.push({ canon, text: canon, gap: '\n\n' });
      }
      const last = this.blocks.at(-1);
      const count = nodes.length - (this.blocks.length - 1);
      if (last && count >= 0) last.gap = block.gap;
      if (last && this.single) last.text = block.text;
    }
    if (nodes.length === 0) nodes.push(schema.nodes.paragraph!.create());
    return schema.topNodeType.create(null, nodes);
  }

  private single = true;
  private readBlock(text: string, definitions: string): Node[] {
    const { schema, parse } = this.engine;
    const whole = definitions && !/^ {0,3}\[[^\]]+\]:/.test(text) ? `${text}\n\n${definitions}` : text;
    let nodes: Node[] = [];
    try {
      const doc = parse(whole);
      doc.forEach((node) => nodes.push(node));
      const back = nodes.map((node) => this.canon(node)).join('\n\n');
      if (!back || looks(back) !== looks(whole)) nodes = [];
    } catch {
      nodes = [];
    }
    this.single = nodes.length <= 1;
    return nodes.length > 0 ? nodes : [schema.nodes.source_block!.create(null, schema.text(text))];
  }

  write(doc: Node): string {
    const now: { node: Node; canon: string }[] = [];
    doc.forEach((node) => {
      const canon = this.canon(node);
      if (canon) now.push({ node, canon });
    });
    // Known from the front, from the back, then whatever is left in order.
    const match = new Array<number>(now.length).fill(-1);
    let head = 0;
    while (head < now.length && head < this.blocks.length && now[head]!.canon === this.blocks[head]!.canon) match[head] = head++;
    let a = now.length - 1;
    let b = this.blocks.length - 1;
    while (a >= head && b >= head && now[a]!.canon === this.blocks[b]!.canon) match[a--] = b--;
    let from = head;
    for (let i = head; i <= a; i++) {
      for (let k = from; k <= b; k++) {
        if (now[i]!.canon !== this.blocks[k]!.canon) continue;
        match[i] = k;
        from = k + 1;
        break;
      }
    }
    if (now.length === this.blocks.length && match.every((m, i) => m === i)) return this.source;
    let out = match[0] === 0 ? this.lead : '';
    for (let i = 0; i < now.length; i++) {
      const known = this.blocks[match[i]!];
      // New lists of one kind side by side: written together they stay apart.
      const first = i;
      while (!known && isList(now[i]!.node) && match[i + 1] === -1 && now[i + 1]!.node.type === now[i]!.node.type) i++;
      out += known ? known.text : first < i ? this.text(now.slice(first, i + 1).map((n) => n.node)) : now[i]!.canon;
      if (i === now.length - 1) break;
      // A block written anew keeps the blank lines of the one it stands for.
      const stands = known ?? (now.length === this.blocks.length ? this.blocks[i] : undefined);
      out += stands && (now.length === this.blocks.length || match[i + 1] === match[i]! + 1) ? stands.gap || '\n\n' : '\n\n';
    }
    return out;
  }

  private canon(node: Node): string {
    const kept = this.written.get(node);
    if (kept !== undefined) return kept;
    let text: string;
    if (node.type.name === 'source_block') text = node.textContent;
    else if (node.type.name === 'paragraph' && node.content.size === 0) text = '';
    else text = this.text([node]);
    this.written.set(node, text);
    return text;
  }

  private text(nodes: Node[]): string {
    const { schema, write } = this.engine;
    return plain(write(schema.topNodeType.create(null, nodes.map((node) => this.linked(node)))).replace(/\n+$/, ''), nodes[0]!.type.name === 'code_block');
  }

  /** Addresses that were typed become links: unlinked, their colon would be escaped. */
  private linked(node: Node): Node {
    const link = this.engine.schema.marks.link!;
    if (node.isText) return node;
    const children: Node[] = [];
    let changed = false;
    node.forEach((child) => {
      if (!child.isText || node.type.spec.code || child.marks.some((m) => m.type === link || m.type.name === 'inlineCode') || !/https?:\/\//.test(child.text!)) {
        const next = child.isText || child.isLeaf ? child : this.linked(child);
        changed ||= next !== child;
        children.push(next);
        return;
      }
      changed = true;
      let at = 0;
      for (const found of child.text!.matchAll(URL)) {
        if (found.index > at) children.push(child.cut(at, found.index));
        at = found.index + found[0].length;
        children.push(child.cut(found.index, at).mark(link.create({ href: found[0] }).addToSet(child.marks)));
      }
      if (at < child.text!.length) children.push(child.cut(at));
    });
    return changed ? node.type.create(node.attrs, children, node.marks) : node;
  }
}
