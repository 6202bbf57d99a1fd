/**
 * What GraphiQL lacks on narrow screens: the answer below the query instead of beside it, the tool
 * bar as a row at the bottom, the documentation over the editors, and text that iOS does not zoom into.
 */
export const PHONE_STYLE = `
@media (max-width: 700px) {
  .graphiql-container { flex-direction: column-reverse; height: 100dvh; }
  .graphiql-container .graphiql-sidebar {
    flex-direction: row; width: 100%; padding: 2px 8px; box-sizing: border-box; justify-content: space-around;
  }
  .graphiql-container .graphiql-sidebar > * { margin: 0 !important; }
  .graphiql-container .graphiql-sidebar button { width: 44px; height: 44px; }
  .graphiql-container .graphiql-main { position: relative; min-height: 0; flex-direction: column; }
  .graphiql-container .graphiql-sessions { margin: 0; border-radius: 0; min-height: 0; }
  .graphiql-container .graphiql-session-header { overflow-x: auto; }
  .graphiql-container .graphiql-logo { display: none; }
  .graphiql-container #graphiql-session { flex-direction: column; min-height: 0; padding: 0 4px; }
  .graphiql-container .graphiql-editors { min-height: 0; border-radius: 0; }
  .graphiql-container .graphiql-query-editor { padding: 8px; column-gap: 4px; min-height: 0; }
  .graphiql-container .graphiql-toolbar { width: 44px; }
  .graphiql-container .graphiql-response { min-height: 0; }
  .graphiql-container .graphiql-horizontal-drag-bar { display: none; }
  .graphiql-container .graphiql-plugin {
    position: absolute; inset: 0; z-index: 5; width: auto !important; max-width: none; overflow: auto;
    background: hsl(var(--color-base));
  }
  .graphiql-container .graphiql-plugin:empty { display: none; }
  .graphiql-dialog { max-width: 100vw; max-height: 100dvh; box-sizing: border-box; }
}
`;
