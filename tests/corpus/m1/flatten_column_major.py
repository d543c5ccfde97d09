# exercise = "m1_cnn/pool.py"
# mistake = "flattens in Fortran order"
# caught_by = ["m1.flatten.forward"]
# names = "order|Fortran|row-major|column"
class Flatten:
    def forward(self, x):
        if x.ndim < 2:
            raise ValueError(f"need two axes: {x.shape}")
        self.shape = x.shape
        return x.reshape((x.shape[0], -1), order="F")

    def backward(self, g):
        return g.reshape(self.shape, order="F")
