/** One file per part of the product: `{'./ru/task.json': …}` becomes `{task: …}`. */
export function gather(files: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(files).map(([path, words]) => [path.replace(/^.*\/(\w+)\.json$/, '$1'), words]));
}
