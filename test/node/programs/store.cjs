let value = 0;

exports.count = () => {
  value += 1;
  return value;
};
