import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

const LETTERS = /\p{L}{2,}/u;
const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'label', 'alt', 'description']);

/** Every word a person reads comes from the catalogues. */
const noLiteralText = {
  meta: { type: 'problem', schema: [], messages: { text: 'Text belongs in the catalogues: {{text}}' } },
  create(context) {
    const report = (node, text) => {
      if (LETTERS.test(text)) context.report({ node, messageId: 'text', data: { text: text.trim().slice(0, 40) } });
    };
    return {
      JSXText: (node) => report(node, node.value),
      'JSXExpressionContainer > Literal': (node) => {
        if (node.parent.parent.type !== 'JSXAttribute' && typeof node.value === 'string') report(node, node.value);
      },
      JSXAttribute: (node) => {
        if (SPOKEN.has(node.name.name) && node.value?.type === 'Literal') report(node, String(node.value.value));
      },
    };
  },
};

/** ui, lib, api <- features <- routes <- app; no feature imports another. */
function layers(banned) {
  return { 'no-restricted-imports': ['error', { patterns: banned.map((group) => ({ group: [group], message: 'Against the layer order.' })) }] };
}

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.gen.ts', 'playwright-report', 'test-results'] },
  ...ts.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks, tasktrack: { rules: { 'no-literal-text': noLiteralText } } },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ['src/**/*.tsx'], ignores: ['**/*.test.tsx'], rules: { 'tasktrack/no-literal-text': 'error' } },
  { files: ['src/lib/**'], rules: layers(['**/features/**', '**/routes/**', '**/app/**', '**/ui/**']) },
  { files: ['src/api/**'], rules: layers(['**/features/**', '**/routes/**', '**/app/**', '**/ui/**']) },
  { files: ['src/ui/**'], rules: layers(['**/features/**', '**/routes/**', '**/app/**', '**/api/client*', '**/api/endpoints*']) },
  { files: ['src/features/**'], rules: layers(['**/routes/**', '**/app/**']) },
  { files: ['src/routes/**'], rules: layers(['**/app/**']) },
);
