window.paypal = {
  Buttons: ({ onApprove }) => ({
    async render(place) {
      const button = document.createElement("button");
      button.onclick = () => {
        const opened = open("https://www.paypal.com/window.html", "paypal", "popup,width=300,height=300");
        addEventListener(
          "message",
          ({ source, data }) => source == opened && data == "approved" && onApprove(),
        );
      };
      document.querySelector(place).append(button);
    },
  }),
};
