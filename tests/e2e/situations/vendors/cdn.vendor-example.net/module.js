System.register([], (put) => ({
  execute() {
    put("name", "vendor");
  },
}));
